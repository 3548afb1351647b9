// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/heldpushes.h"

#include "app/router/directoryupload.h"
#include "app/router/heldroutes.h"
#include "app/router/listtables.h"
#include "models/routing/holding.h"

#include <algorithm>
#include <map>

namespace crossfade {

namespace {

// Of one kind, who of them has a difference already; whether they are spared.
Result<std::map<std::string, bool>> knownOf(Database &db, HeldChange::Kind kind, const std::vector<HeldChange> &changes)
{
    std::vector<std::string> ids;
    for (const HeldChange &change : changes) {
        if (change.kind == kind) ids.push_back(change.id);
    }
    std::map<std::string, bool> known;
    for (std::size_t from = 0; from < ids.size(); from += listtables::MostInList) {
        const std::size_t count = std::min(listtables::MostInList, ids.size() - from);
        Database::Parameters values{std::string(listtables::heldKindWord(kind))};
        values.insert(values.end(), ids.begin() + static_cast<std::ptrdiff_t>(from),
                      ids.begin() + static_cast<std::ptrdiff_t>(from + count));
        const auto rows = db.query("SELECT id, spared FROM held_entry WHERE kind = ? AND id IN (" +
                                       listtables::placesOf("?", count) + ")",
                                   values);
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows)
            known[row.text(0)] = row.integer(1) != 0;
    }
    return known;
}

} // namespace

Result<HeldIds> readHeld(std::string_view body)
{
    IdSetBuilder users(HeldModule::MostHeld);
    IdSetBuilder entities(HeldModule::MostHeld);
    Result<void> result;
    eachUploadedLine(body, [&](std::string_view line, std::size_t number) {
        const auto json = parseJson(line, 4);
        if (!json) {
            result = fail(ErrorKind::Malformed, "line " + std::to_string(number) + ": " + json.error().message);
            return false;
        }
        const Json none = Json::object();
        JsonReader push(none);
        JsonReader in(*json, "/" + std::to_string(number - 1), push);
        const auto user = in.optionalId("user_id");
        const auto entity = in.optionalId("entity_id");
        if (json->is_object() && in.has("user_id") == in.has("entity_id"))
            in.reject("", "must have user_id or entity_id (line " + std::to_string(number) + ")");
        in.finish();
        if (const auto error = push.finish()) {
            result = fail(*error);
            return false;
        }
        return user ? users.add(*user) : entities.add(*entity);
    });
    if (!result) return fail(result.error());
    auto heldUsers = users.build();
    if (!heldUsers) return fail(heldUsers.error());
    auto heldEntities = entities.build();
    if (!heldEntities) return fail(heldEntities.error());
    return HeldIds{std::move(*heldUsers), std::move(*heldEntities)};
}

Result<std::vector<SnapshotChange>> differencesOf(Database &db, const HeldIds &pushed, const Snapshot &now,
                                                  Instant moment)
{
    const bool holding = now.switches().holdInconsistent;
    std::vector<SnapshotChange> added;
    std::vector<SnapshotChange> gone;
    for (const HeldChange::Kind kind : {HeldChange::Kind::User, HeldChange::Kind::Entity}) {
        const IdSet &ids = pushed.of(kind);
        std::vector<bool> known(ids.size());
        auto read = db.each("SELECT id, spared FROM held_entry WHERE kind = ?",
                            {std::string(listtables::heldKindWord(kind))},
                            [&](const SqlRow &row) {
                                const std::string id = row.text(0);
                                const std::size_t at = ids.lowerBound(id);
                                if (at < ids.size() && ids.at(at) == id)
                                    known[at] = !holding || row.integer(1) == 0 || isOnNew(now, kind, id, moment);
                                else
                                    gone.emplace_back(HeldChange{kind, id, false});
                                return true;
                            });
        if (!read) return fail(read.error());
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (!known[i]) added.emplace_back(HeldChange{kind, std::string(ids.at(i)), true});
        }
    }
    added.insert(added.end(), std::make_move_iterator(gone.begin()), std::make_move_iterator(gone.end()));
    return added;
}

Result<std::vector<HeldChange>> readHeldChanges(std::string_view body)
{
    std::vector<HeldChange> changes;
    Result<void> result;
    eachUploadedLine(body, [&](std::string_view line, std::size_t number) {
        const auto json = parseJson(line, 4);
        if (!json) {
            result = fail(ErrorKind::Malformed, "line " + std::to_string(number) + ": " + json.error().message);
            return false;
        }
        const Json none = Json::object();
        JsonReader all(none);
        JsonReader in(*json, "/" + std::to_string(number - 1), all);
        const auto user = in.optionalId("user_id");
        const auto entity = in.optionalId("entity_id");
        const auto held = in.optionalBoolean("held");
        if (json->is_object() && in.has("user_id") == in.has("entity_id"))
            in.reject("", "must have user_id or entity_id (line " + std::to_string(number) + ")");
        else if (!held)
            in.reject("held", "is required: true or false (line " + std::to_string(number) + ")");
        in.finish();
        if (const auto error = all.finish())
            result = fail(*error);
        else if (changes.size() == HeldModule::MostChanged)
            result = fail(ErrorKind::TooLarge, "more than " + std::to_string(HeldModule::MostChanged) + " changes");
        else
            changes.push_back({user ? HeldChange::Kind::User : HeldChange::Kind::Entity, user ? *user : *entity, *held});
        return result.has_value();
    });
    if (!result) return fail(result.error());
    return changes;
}

Result<std::vector<SnapshotChange>> newsIn(Database &db, const std::vector<HeldChange> &told, const Snapshot &now,
                                           Instant moment)
{
    const bool holding = now.switches().holdInconsistent;
    std::vector<SnapshotChange> added;
    std::vector<SnapshotChange> gone;
    for (const HeldChange::Kind kind : {HeldChange::Kind::User, HeldChange::Kind::Entity}) {
        const auto known = knownOf(db, kind, told);
        if (!known) return fail(known.error());
        std::map<std::string, bool> last;
        for (const HeldChange &change : told) {
            if (change.kind == kind) last[change.id] = change.held;
        }
        for (const auto &[id, held] : last) {
            const auto place = known->find(id);
            const bool there = place != known->end();
            if (!held && there) gone.emplace_back(HeldChange{kind, id, false});
            // Who was spared and has come back to LEGACY since is held from now on.
            const bool stays = there && (!holding || !place->second || isOnNew(now, kind, id, moment));
            if (held && !stays) added.emplace_back(HeldChange{kind, id, true});
        }
    }
    added.insert(added.end(), std::make_move_iterator(gone.begin()), std::make_move_iterator(gone.end()));
    return added;
}

} // namespace crossfade
