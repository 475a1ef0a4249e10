"""The firm that waits to be called back: when, by whom, why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0004_minutes_replies"),
    ]

    operations = [
        migrations.AddField(
            model_name="interview",
            name="callback_on",
            field=models.DateField(null=True, verbose_name="à rappeler le"),
        ),
        migrations.AddField(
            model_name="interview",
            name="callback_by",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="qui rappelle"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="interview",
            name="callback_why",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="pourquoi rappeler"),
            preserve_default=False,
        ),
    ]
