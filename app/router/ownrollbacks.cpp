// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/ownrollbacks.h"

#include "app/service/crypto.h"

namespace crossfade {

namespace {

template <class T>
std::optional<T> memberOf(const Json &json, const char *name, bool (Json::*is)() const noexcept) {
    const auto found = json.find(name);
    if (found == json.end() || !((*found).*is)()) return std::nullopt;
    return found->template get<T>();
}

Json partOf(const Json &json, const char *name) {
    const auto found = json.find(name);
    return found == json.end() ? Json() : *found;
}

} // namespace

Json ownRollbackToJson(const OwnRollback &own) {
    return {{"version", own.version}, {"status", own.status},     {"guard_id", own.guardId}, {"failed", own.failed},
            {"evidence", own.evidence}, {"look", own.look}, {"term", own.term}};
}

std::optional<OwnRollback> ownRollbackFromJson(const Json &json) {
    if (!json.is_object()) return std::nullopt;
    const auto version = memberOf<std::int64_t>(json, "version", &Json::is_number_integer);
    const auto guard = memberOf<std::string>(json, "guard_id", &Json::is_string);
    if (!version || !guard) return std::nullopt;
    return OwnRollback{*version,
                       partOf(json, "status"),
                       *guard,
                       memberOf<bool>(json, "failed", &Json::is_boolean).value_or(false),
                       partOf(json, "evidence"),
                       partOf(json, "look"),
                       memberOf<std::int64_t>(json, "term", &Json::is_number_integer).value_or(0)};
}

std::string ownRollbackId(const std::string &objectId, std::int64_t version, const std::string &what) {
    return sha256Hex("runner\n" + objectId + "\n" + std::to_string(version) + "\n" + what);
}

} // namespace crossfade
