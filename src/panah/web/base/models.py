"""What every stored row shares: a random id that says nothing about it."""

from __future__ import annotations

from django.db import models

from panah.model.base import new_id


class RandomIdModel(models.Model):
    """A row known by 128 random bits in 32 hexadecimal digits; ids in addresses can be neither guessed nor counted."""

    id = models.CharField(primary_key=True, max_length=32, default=new_id, editable=False)

    class Meta:
        abstract = True


class ChoreRun(models.Model):
    """When a chore (``base.chores``) was last tried and done, and what was wrong: a place and a thing to do, no person."""

    name = models.CharField(primary_key=True, max_length=40)
    tried_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    problem = models.TextField(default="", blank=True)
