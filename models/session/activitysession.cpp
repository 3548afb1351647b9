// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/activitysession.h"

#include "models/items/approvalwords.h"
#include "models/items/policywords.h"
#include "models/items/runnerwords.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/approvalsjson.h"
#include "models/session/jsonread.h"

#include <QDateTime>

namespace crossfade {

namespace {

constexpr std::size_t MostLines = 500;

QString quoted(const QString &text)
{
    return QStringLiteral("“%1”").arg(text);
}

QString share(const Json &json, const char *field)
{
    return percentText(jsonOptionalNumber(json, field), 1);
}

// "operator-1 · “morning peak is over”"
QString whoAndWhy(const Json &object)
{
    QStringList parts;
    for (const char *field : {"actor", "changed_by", "decided_by"})
        if (parts.isEmpty() && !jsonText(object, field).empty())
            parts.append(toText(jsonText(object, field)));
    for (const char *field : {"reason", "decision_reason"})
        if (!jsonText(object, field).empty())
            parts.append(quoted(jsonText(object, "actor") == "runner" ? runnerText(jsonText(object, field))
                                                                      : toText(jsonText(object, field))));
    return parts.join(QStringLiteral(" · "));
}

ActivityLine shiftLine(const Json &data)
{
    const Json &history = jsonAt(data, "history");
    const QString name = toText(jsonText(jsonAt(data, "policy"), "policy_name"));
    const QString from = share(history, "from_percentage");
    const QString to = share(history, "to_percentage");
    ActivityLine line;
    line.text = from == to ? ActivitySession::tr("shift %1 stays at %2").arg(name, to)
                           : ActivitySession::tr("shift %1 %2 → %3").arg(name, from, to);
    line.detail = whoAndWhy(history);
    const std::string word = jsonText(history, "state");
    const QString state = word.empty() ? QString() : stateText(word);
    if (!state.isEmpty())
        line.detail = line.detail.isEmpty() ? state : state + QStringLiteral(" · ") + line.detail;
    line.alarm = jsonText(history, "result") == "FAILED";
    return line;
}

ActivityLine ruleLine(const Json &data)
{
    const Json &rule = jsonAt(data, "rule");
    const QString name = toText(jsonText(rule, "config_name"));
    ActivityLine line;
    line.text = jsonFlag(data, "deleted")
                    ? ActivitySession::tr("a routing rule was deleted")
                    : ActivitySession::tr("routing rule %1 was changed").arg(quoted(name));
    line.detail = toText(jsonText(data, "actor"));
    return line;
}

ActivityLine importLine(const Json &data)
{
    return {{},
            ActivitySession::tr("routing rules imported: %1 new, %2 changed")
                .arg(countText(jsonInteger(data, "created")), countText(jsonInteger(data, "updated"))),
            toText(jsonText(data, "actor")), false};
}

ActivityLine switchesLine(const Json &data)
{
    const Json &switches = jsonAt(data, "switches");
    return {{},
            ActivitySession::tr("switches: master %1, default %2")
                .arg(toText(jsonText(switches, "master")),
                     toText(jsonText(switches, "default_platform"))),
            toText(jsonText(data, "actor")), false};
}

ActivityLine groupLine(const Json &data)
{
    const Json &history = jsonAt(data, "history");
    const QString name = quoted(toText(jsonText(jsonAt(data, "group"), "group_name")));
    const QString cause = causeText(jsonText(history, "cause"));
    const bool ofBatch = jsonAt(history, "batch").is_number_integer();
    return {{},
            ofBatch ? ActivitySession::tr("user group %1, batch %2: %3")
                          .arg(name, countText(jsonInteger(history, "batch") + 1), cause)
                    : ActivitySession::tr("user group %1: %2").arg(name, cause),
            whoAndWhy(history), jsonText(history, "result") == "HELD"};
}

ActivityLine grayListLine(const Json &data)
{
    const QString name = quoted(toText(jsonText(data, "name")));
    const QString text = jsonFlag(data, "deleted")
                             ? ActivitySession::tr("gray list %1 was deleted")
                             : ActivitySession::tr("gray list %1 was changed: %2 entries");
    return {{},
            jsonFlag(data, "deleted") ? text.arg(name)
                                      : text.arg(name, countText(jsonInteger(jsonAt(data, "list"), "entries"))),
            toText(jsonText(data, "actor")), false};
}

ActivityLine heldLine(const Json &data)
{
    const Json &held = jsonAt(data, "held");
    return {{},
            ActivitySession::tr("users with a confirmed difference: %1, entities: %2")
                .arg(countText(jsonInteger(held, "users")), countText(jsonInteger(held, "entities"))),
            toText(jsonText(data, "actor")), false};
}

ActivityLine keyIndexLine(const Json &data)
{
    const Json &index = jsonAt(data, "key_index");
    return {{},
            (jsonFlag(index, "complete") ? ActivitySession::tr("index of LEGACY's keys: %1 keys, complete")
                                         : ActivitySession::tr("index of LEGACY's keys: %1 keys, not complete"))
                .arg(countText(jsonInteger(index, "keys"))),
            toText(jsonText(data, "actor")), false};
}

ActivityLine approvalLine(const Json &data, bool opened)
{
    const Json &approval = jsonAt(data, "approval");
    const ApprovalRow row = approvalFromJson(approval);
    const QString name = approvalName(row);
    const QString state = wordText(toText(jsonText(approval, "state")));
    if (opened)
        return {{}, ActivitySession::tr("%1 asks for an approval").arg(name),
                approvalSummary(row), row.kind == "ROLLBACK"};
    return {{}, ActivitySession::tr("approval for %1: %2").arg(name, state), whoAndWhy(approval), false};
}

ActivityLine checkLine(const Json &data)
{
    const Json &run = jsonAt(data, "run");
    return {{},
            ActivitySession::tr("check %1 ended: %2").arg(
                quoted(toText(jsonText(run, "check_name"))),
                percentText(jsonOptionalNumber(run, "consistency_percentage"))),
            jsonText(run, "status") == "FAILED" ? ActivitySession::tr("not over its threshold")
                                                : wordText(toText(jsonText(run, "state"))),
            jsonText(run, "state") == "FAILED"};
}

ActivityLine repairLine(const Json &data)
{
    const Json &repair = jsonAt(data, "repair");
    return {{},
            ActivitySession::tr("repair of %1: %2").arg(toText(jsonText(repair, "entity_id")),
                                                        wordText(toText(jsonText(repair, "status")))),
            whoAndWhy(data), jsonText(repair, "status") == "FAILED"};
}

ActivityLine channelLine(const Json &data)
{
    const Json &channel = jsonAt(data, "channel");
    if (!channel.is_object())
        return {{}, ActivitySession::tr("an alert channel was deleted"), {}, false};
    return {{}, ActivitySession::tr("alert channel %1 was changed").arg(quoted(toText(jsonText(channel, "name")))),
            toText(jsonText(channel, "changed_by")), false};
}

std::optional<ActivityLine> lineOf(const ServerEvent &event)
{
    if (event.type == "shift.changed" && jsonAt(event.data, "history").is_object())
        return shiftLine(event.data);
    if (event.type == "group.changed" && jsonAt(event.data, "history").is_object())
        return groupLine(event.data);
    if (event.type == "rule.changed")
        return ruleLine(event.data);
    if (event.type == "rules.imported")
        return importLine(event.data);
    if (event.type == "channel.changed")
        return channelLine(event.data);
    if (event.type == "switches.changed")
        return switchesLine(event.data);
    if (event.type == "gray_list.changed")
        return grayListLine(event.data);
    if (event.type == "held.changed")
        return heldLine(event.data);
    if (event.type == "key_index.changed" && !event.data.contains("added")) // what is added comes with every row
        return keyIndexLine(event.data);
    if (event.type == "approval.opened" || event.type == "approval.closed")
        return approvalLine(event.data, event.type == "approval.opened");
    if (event.type == "alert.raised")
        return ActivityLine{{}, alertText(jsonText(jsonAt(event.data, "alert"), "message")), {},
                            jsonText(jsonAt(event.data, "alert"), "severity") == "HIGH"};
    if (event.type == "check.finished")
        return checkLine(event.data);
    if (event.type == "repair.changed" && jsonAt(event.data, "repair").is_object())
        return repairLine(event.data);
    return std::nullopt;
}

} // namespace

std::optional<ActivityLine> activityOf(const ServerEvent &event, Instant now)
{
    std::optional<ActivityLine> line = lineOf(event);
    if (line)
        line->at = jsonInstant(event.data, "at").value_or(now);
    return line;
}

ActivitySession::ActivitySession(Connection *connection, QObject *parent)
    : QObject(parent)
{
    const auto now = [] { return instantFromMs(QDateTime::currentMSecsSinceEpoch()); };
    connect(connection, &Connection::event, this,
            [this, now](ServiceName, const ServerEvent &event) {
                if (const auto line = activityOf(event, now()))
                    add(*line);
            });
    connect(connection, &Connection::activity, this,
            [this, now](const QString &text) { // a second line is the detail
                add({now(), text.section(QLatin1Char('\n'), 0, 0), text.section(QLatin1Char('\n'), 1),
                     false});
            });
}

void ActivitySession::add(const ActivityLine &line)
{
    if (!m_lines.empty() && m_lines.front() == line)
        return;
    m_lines.push_front(line);
    if (m_lines.size() > MostLines)
        m_lines.pop_back();
    Q_EMIT changed();
}

} // namespace crossfade
