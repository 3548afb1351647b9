// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/listsjson.h"

namespace crossfade {

namespace {

const std::vector<std::string_view> GrayKindWords{"ENTITY", "USER", "INTERFACE"};
constexpr std::size_t MaxDescriptionBytes = 4'000;
constexpr std::size_t MaxCheckNameBytes = 200;

} // namespace

Json grayListToJson(const GrayList &list)
{
    return Json{{"name", list.name},
                {"kind", grayKindWord(list.kind)},
                {"enforced", list.enforced},
                {"description", list.description},
                {"check_name", list.checkName},
                {"created_at", formatInstant(list.createdAt)},
                {"updated_at", formatInstant(list.updatedAt)},
                {"changed_by", list.changedBy},
                {"version", list.version}};
}

GrayList readGrayListInput(JsonReader &in, const GrayList *before)
{
    GrayList list = before ? *before : GrayList();
    if (before) {
        const auto name = in.optionalId("name");
        if (name && *name != before->name) in.reject("name", "stays what it is: entries and rules go by it");
        const auto kind = in.optionalWord("kind", GrayKindWords);
        if (kind && static_cast<GrayKind>(*kind) != before->kind)
            in.reject("kind", "stays what it is: the entries are ids of that kind");
    } else {
        list.name = in.id("name");
        list.kind = static_cast<GrayKind>(in.word("kind", GrayKindWords));
    }
    list.enforced = in.optionalBoolean("enforced").value_or(list.enforced);
    if (list.enforced && list.kind != GrayKind::Entity) in.reject("enforced", "is for lists of kind ENTITY only");
    list.description = in.optionalText("description", MaxDescriptionBytes).value_or(list.description);
    list.checkName = in.optionalText("check_name", MaxCheckNameBytes).value_or(list.checkName);
    if (!list.checkName.empty() && list.kind == GrayKind::Interface)
        in.reject("check_name", "is for lists of kind ENTITY or USER: no platform holds an interface");
    in.ignore("reason");
    return list;
}

Result<GrayList> grayListFromJson(const Json &json)
{
    JsonReader in(json);
    GrayList list = readGrayListInput(in, nullptr);
    list.createdAt = in.optionalInstant("created_at").value_or(Instant());
    list.updatedAt = in.optionalInstant("updated_at").value_or(Instant());
    list.changedBy = in.text("changed_by", 200);
    list.version = in.integer("version", 1, std::numeric_limits<std::int64_t>::max());
    if (auto error = in.finish()) return fail(*error);
    return list;
}

} // namespace crossfade
