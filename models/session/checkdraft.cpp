// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/checkdraft.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"

namespace crossfade {

namespace {

Connection::Done taking(CheckDone done)
{
    return [done = std::move(done)](const Result<RestReply> &reply) {
        if (reply)
            done(checkEntryFromJson(reply->body));
        else
            done(fail(reply.error()));
    };
}

RestCall checkCall(const std::string &id)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/checks");
    if (!id.empty())
        call.path += QLatin1Char('/') + toText(id);
    return call;
}

} // namespace

CheckEntry checkEntryFromJson(const Json &json)
{
    CheckEntry entry{jsonText(json, "id"), jsonVersion(json), {}};
    CheckDraft &draft = entry.draft;
    draft.name = jsonText(json, "check_name");
    draft.mappingId = jsonText(json, "mapping_id");
    draft.threshold = jsonOptionalNumber(json, "threshold_percentage").value_or(draft.threshold);
    if (const Json &frequency = jsonAt(json, "check_frequency"); frequency.is_object())
        draft.frequency = checkFrequencyFromText(frequency.dump());
    draft.sampleSize = jsonOptionalInteger(json, "sample_size").value_or(draft.sampleSize);
    draft.autoRepair = jsonFlag(json, "auto_repair_enabled");
    draft.active = jsonFlag(json, "active", true);
    return entry;
}

Json checkDraftJson(const CheckDraft &draft)
{
    return Json{{"check_name", draft.name},
                {"mapping_id", draft.mappingId},
                {"threshold_percentage", draft.threshold},
                {"check_frequency", draft.frequency ? checkFrequencyJson(*draft.frequency) : Json()},
                {"sample_size", draft.sampleSize},
                {"auto_repair_enabled", draft.autoRepair},
                {"active", draft.active}};
}

void readCheck(Connection *connection, const std::string &id, QObject *context, CheckDone done)
{
    connection->get(ServiceName::Comparator, checkCall(id), context, taking(std::move(done)));
}

void saveCheck(Connection *connection, const CheckEntry &entry, QObject *context, CheckDone done)
{
    RestCall call = checkCall(entry.id);
    call.body = checkDraftJson(entry.draft);
    if (entry.id.empty()) {
        connection->post(ServiceName::Comparator, call, context, taking(std::move(done)));
        return;
    }
    call.ifMatch = entry.version;
    connection->put(ServiceName::Comparator, call, context, taking(std::move(done)));
}

} // namespace crossfade
