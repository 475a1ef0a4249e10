"""Addresses of referrals."""

from django.urls import path

from rebond.web.referrals import views

app_name = "referrals"
urlpatterns = [path("", views.referral_list, name="list")]
