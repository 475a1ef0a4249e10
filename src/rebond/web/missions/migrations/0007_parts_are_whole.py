from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('missions', '0006_parts'),
        ('organisations', '0002_from_accounts'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at__isnull', True), models.Q(('role__in', ('partenaire', 'entreprise')), _negated=True)), fields=('user', 'mission', 'role'), name='one_part_per_role', violation_error_message='Cette personne a déjà ce rôle dans la mission.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at__isnull', True), ('role', 'partenaire')), fields=('user', 'mission', 'organisation'), name='one_part_per_organisation', violation_error_message='Cette personne représente déjà cette organisation dans la mission.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at__isnull', True), ('role', 'entreprise')), fields=('user', 'mission', 'firm'), name='one_part_per_firm', violation_error_message='Cette personne représente déjà cette entreprise dans la mission.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role', 'partenaire'), _negated=True), ('organisation__isnull', False), ('left_at__isnull', False), _connector='OR'), name='a_partner_has_an_organisation', violation_error_message='Dites pour quelle organisation cette personne est partenaire.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('role', 'entreprise'), _negated=True), ('firm__isnull', False), ('left_at__isnull', False), _connector='OR'), models.Q(('role', 'entreprise'), ('firm__isnull', True), _connector='OR')), name='a_firm_role_has_a_firm', violation_error_message='Dites pour quelle entreprise cette personne parle.'),
        ),
    ]
