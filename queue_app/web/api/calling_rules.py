"""Calling settings, for administrators: policy, service groups with their rules, a counter's preference."""

from __future__ import annotations

from typing import Any

import flask
from apiflask import APIBlueprint

from queue_app.domain.catalogue import Counter, ServiceGroup
from queue_app.domain.discipline import Discipline, preferred_share_limit
from queue_app.domain.errors import BadSetting, Refusal
from queue_app.domain.permissions import Permission
from queue_app.domain.ticket import TicketClass
from queue_app.services.settings import calling_rules
from queue_app.web.api.responses import STAFF, json_response, refusals
from queue_app.web.api.schemas.calling_rules import (
    CallingOut,
    GroupIn,
    GroupsOut,
    PolicyIn,
    PolicyOut,
    PreferenceIn,
    PreferenceOut,
)
from queue_app.web.context import current_context
from queue_app.web.permissions import needs, signed_in_officer
from queue_app.web.texts import chosen_language, translate

blueprint = APIBlueprint("settings", __name__, url_prefix="/api/v1/settings", tag="settings of calling")


@blueprint.get("/calling")
@needs(Permission.MANAGE_CALLING)
@blueprint.output(CallingOut)
@blueprint.doc(summary="Calling settings", security=STAFF, responses=refusals(staff=True))
def show() -> flask.Response:
    """Return the policy, and each service group: its rule, today's share of priority, a warning where it inverts."""
    with current_context().moment() as moment:
        today = calling_rules.groups_today(moment.connection, moment.day)
        catalogue = moment.catalogue
        members: dict[int, list[int]] = {}
        for service in catalogue.services.values():
            members.setdefault(service.group_id, []).append(service.id)
        nothing = calling_rules.GroupCounts(0, 0)
        groups = [_group(g, members.get(g.id, []), today.get(g.id, nothing)) for g in catalogue.groups.values()]
    return json_response({"policy": catalogue.policy.as_json(), "groups": groups})


def _group(group: ServiceGroup, services: list[int], today: calling_rules.GroupCounts) -> dict[str, Any]:
    ratio = group.rule.ratio
    warning = None
    if group.rule.discipline is Discipline.RATIO and today.inverts(ratio):
        facts = {
            "share": round(100 * (today.share or 0)),
            "limit": round(100 * preferred_share_limit(ratio)),
            "k": ratio,
        }
        warning = {"code": "ratio_inverts", "text": translate("settings.ratio_inverts", chosen_language(), **facts)}
    return {
        "code": group.code,
        "name": group.name,
        "discipline": group.rule.discipline.value,
        "weights": {kind.value: weight for kind, weight in group.rule.weights.items()},
        "ratio": ratio,
        "services": services,
        "today": {"issued": today.issued, "preferred": today.preferred, "share": today.share},
        "warning": warning,
    }


@blueprint.put("/policy")
@needs(Permission.MANAGE_CALLING)
@blueprint.input(PolicyIn, arg_name="body")
@blueprint.output(PolicyOut)
@blueprint.doc(
    summary="Change the calling policy", security=STAFF, responses=refusals("bad_setting", body=True, staff=True)
)
def set_policy(body: PolicyIn) -> flask.Response:
    """Set the policy; missing fields get their defaults."""
    context = current_context()
    calling_rules.set_policy(context.store, signed_in_officer(), body.policy, context.clock())
    return json_response({"policy": context.catalogue().policy.as_json()})


@blueprint.put("/groups/<code>")
@needs(Permission.MANAGE_CALLING)
@blueprint.input(GroupIn, arg_name="body")
@blueprint.output(GroupsOut)
@blueprint.doc(
    summary="Make or change a service group",
    security=STAFF,
    responses=refusals("unknown_service", "bad_setting", body=True, staff=True),
)
def set_group(code: str, body: GroupIn) -> flask.Response:
    """Set a group's rule, and move services into it."""
    context = current_context()
    if not code.isascii() or not code.replace("-", "").isalnum() or len(code) > 40:
        text = "A group's code has up to 40 letters, digits and hyphens."
        raise BadSetting("group_code", "code", text, most=40).refusal()
    weights = {TicketClass(kind): weight for kind, weight in body.weights.model_dump().items()}
    rule = calling_rules.GroupRule(Discipline(body.discipline), weights, body.ratio)
    calling_rules.set_group(
        context.store,
        signed_in_officer(),
        code,
        body.name.model_dump(exclude_none=True),
        rule,
        body.services,
        context.clock(),
    )
    return json_response({"groups": show().get_json()["groups"]})


@blueprint.get("/counters/<int:counter_id>/preference")
@needs(Permission.MANAGE_CALLING)
@blueprint.output(PreferenceOut)
@blueprint.doc(summary="Services of a counter", security=STAFF, responses=refusals("unknown_counter", staff=True))
def show_preference(counter_id: int) -> flask.Response:
    """Return the counter's services: one tier is a pool; more are an order of preference."""
    counter = current_context().catalogue().counters.get(counter_id)
    if counter is None:
        raise Refusal("unknown_counter")
    return json_response(preference_json(counter))


@blueprint.put("/counters/<int:counter_id>/preference")
@needs(Permission.MANAGE_CALLING)
@blueprint.input(PreferenceIn, arg_name="body")
@blueprint.output(PreferenceOut)
@blueprint.doc(
    summary="Change the services of a counter",
    security=STAFF,
    responses=refusals("unknown_counter", "unknown_service", "bad_setting", body=True, staff=True),
)
def set_preference(counter_id: int, body: PreferenceIn) -> flask.Response:
    """Set the services of a counter, in tiers, and after how many minutes it helps later ones."""
    context = current_context()
    calling_rules.set_preference(
        context.store, signed_in_officer(), counter_id, body.tiers, body.help_after_minutes, context.clock()
    )
    return json_response(preference_json(context.catalogue().counters[counter_id]))


def preference_json(counter: Counter) -> dict[str, Any]:
    """Describe a counter's services for this API."""
    tiers = counter.tiers or (counter.service_ids,)
    return {"tiers": [sorted(tier) for tier in tiers], "help_after_minutes": counter.help_after_minutes}
