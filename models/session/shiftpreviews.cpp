// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a shift would move: counted by the router, and the list behind the counts.
#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/rulesjson.h"
#include "models/session/sessionwords.h"
#include "models/session/shiftsession.h"

#include <QPointer>

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

std::vector<MovedUser> movedUsersOf(const Json &page)
{
    std::vector<MovedUser> users;
    for (const Json &item : jsonItems(page))
        users.push_back(
            {jsonText(item, "user_id"), jsonText(item, "from"), jsonText(item, "to"), jsonText(item, "reason")});
    return users;
}

} // namespace

void ShiftSession::preview(const std::vector<std::string> &ids, double percentage, QObject *context, Previewed done)
{
    Json changes = Json::array();
    for (const std::string &id : ids)
        changes.push_back({{"kind", "shift.percentage"}, {"policy_id", id}, {"percentage", percentage}});
    makePreview(std::move(changes), context, std::move(done));
}

void ShiftSession::makePreview(Json changes, QObject *context, Previewed done)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/previews");
    call.body = Json{{"changes", changes}};
    m_connection->post(ServiceName::Router, call, context,
                       [self = QPointer<ShiftSession>(this), changes = std::move(changes),
                        done = std::move(done)](const Result<RestReply> &reply) {
                           if (!reply) {
                               done(fail(reply.error()));
                               return;
                           }
                           const RulePreview preview = previewFromJson(reply->body);
                           if (self) self->keepPreview({preview.id, preview.id, changes});
                           done(preview);
                       });
}

void ShiftSession::keepPreview(MadePreview made)
{
    std::erase_if(m_made, [&](const MadePreview &known) { return known.asked == made.asked; });
    m_made.push_back(std::move(made));
    if (m_made.size() > MostMade) m_made.pop_front();
}

void ShiftSession::previewMembers(const std::string &previewId, bool toNew, QObject *context, Listed done)
{
    const auto made = std::ranges::find(m_made, previewId, &MadePreview::asked);
    const std::string id = made == m_made.end() ? previewId : made->known;
    readMembers(id, toNew, context,
                [self = QPointer<ShiftSession>(this), previewId, toNew, context = QPointer<QObject>(context),
                 done = std::move(done)](const Result<std::vector<MovedUser>> &users) {
                    // A replica that goes takes its previews along, and after a while they are given up.
                    if (self && context && !users && users.error().kind == ErrorKind::NotFound)
                        self->makeAnew(previewId, toNew, context, done, users.error());
                    else
                        done(users);
                });
}

void ShiftSession::makeAnew(const std::string &previewId, bool toNew, QObject *context, const Listed &done,
                            const Error &why)
{
    const auto made = std::ranges::find(m_made, previewId, &MadePreview::asked);
    if (made == m_made.end()) {
        done(fail(why));
        return;
    }
    makePreview(made->changes, context,
                [self = QPointer<ShiftSession>(this), previewId, changes = made->changes, toNew,
                 context = QPointer<QObject>(context), done](const Result<RulePreview> &preview) {
                    if (!preview) {
                        done(fail(preview.error()));
                        return;
                    }
                    if (!self || !context) return;
                    self->keepPreview({previewId, preview->id, changes});
                    self->m_connection->report(tr("the preview was made anew: the router did not know it any more"));
                    self->readMembers(preview->id, toNew, context, done);
                });
}

void ShiftSession::readMembers(const std::string &id, bool toNew, QObject *context, Listed done)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/previews/%1/members").arg(toText(id));
    addQuery(call, "direction", toNew ? QStringLiteral("NEW") : QStringLiteral("LEGACY"));
    addQuery(call, "limit", QStringLiteral("1000"));
    m_connection->get(ServiceName::Router, call, context, [done = std::move(done)](const Result<RestReply> &reply) {
        if (reply)
            done(movedUsersOf(reply->body));
        else
            done(fail(reply.error()));
    });
}

} // namespace crossfade
