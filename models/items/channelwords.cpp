// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/channelwords.h"

#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>
#include <QStringList>

#include <array>
#include <utility>

namespace crossfade {

namespace {

struct ChannelWords {
    Q_DECLARE_TR_FUNCTIONS(ChannelWords)
};

constexpr std::array<std::pair<const char *, const char *>, 6> ChannelStates{{
    {"OFF", QT_TRANSLATE_NOOP("ChannelWords", "OFF")},
    {"UNTRIED", QT_TRANSLATE_NOOP("ChannelWords", "NOT TRIED")},
    {"SENT", QT_TRANSLATE_NOOP("ChannelWords", "TOLD")},
    {"PENDING", QT_TRANSLATE_NOOP("ChannelWords", "WAITING")},
    {"RETRYING", QT_TRANSLATE_NOOP("ChannelWords", "RETRYING")},
    {"FAILED", QT_TRANSLATE_NOOP("ChannelWords", "FAILED")},
}};

} // namespace

QString channelKindText(const std::string &kind)
{
    if (kind == "WEBHOOK")
        return ChannelWords::tr("Webhook");
    if (kind == "EMAIL")
        return ChannelWords::tr("Mail");
    if (kind == "SLACK")
        return QStringLiteral("Slack");
    if (kind == "DINGTALK")
        return ChannelWords::tr("DingTalk");
    if (kind == "WECOM")
        return ChannelWords::tr("WeCom");
    return kind == "FEISHU" ? ChannelWords::tr("Feishu") : toText(kind);
}

QString channelStateText(const std::string &state)
{
    for (const auto &[word, text] : ChannelStates)
        if (state == word)
            return QCoreApplication::translate("ChannelWords", text);
    return wordText(toText(state));
}

QString channelWhere(const ChannelRow &row)
{
    if (!row.isMail())
        return toText(row.address);
    QStringList people;
    for (const std::string &one : row.to)
        people << toText(one);
    return people.join(QStringLiteral(", "));
}

QString channelTypesText(const ChannelRow &row)
{
    QStringList names;
    for (const std::string &type : row.types)
        names << alertTypeText(type);
    return names.isEmpty() ? ChannelWords::tr("all") : names.join(QStringLiteral(", "));
}

QString mailSecurityText(const std::string &word)
{
    return word == "NONE" ? ChannelWords::tr("not encrypted") : toText(word);
}

QString deliveryAlertText(const DeliveryRow &row)
{
    if (row.occasion == "TEST")
        return ChannelWords::tr("a test");
    const QString type = alertTypeText(row.alertType);
    return row.occasion == "REMINDED" ? ChannelWords::tr("%1, still open").arg(type) : type;
}

QString deliveryErrorText(const DeliveryRow &row, Instant now)
{
    const QString error = channelErrorText(row.error);
    if (row.state != "PENDING" || !row.nextAttemptAt)
        return error;
    const QString next = *row.nextAttemptAt <= now
                             ? ChannelWords::tr("tried again now")
                             : ChannelWords::tr("tried again at %1").arg(timeOfDay(*row.nextAttemptAt));
    return error.isEmpty() ? next : ChannelWords::tr("%1; %2").arg(error, next);
}

QString lastDeliveryText(const ChannelRow &row, Instant now)
{
    if (!row.lastDelivery)
        return ChannelWords::tr("nothing was told yet");
    const DeliveryRow &last = *row.lastDelivery;
    const QString when = shortTime(last.finishedAt.value_or(last.createdAt), now);
    const QString what = deliveryAlertText(last);
    if (last.state == "SENT" && !last.error.empty()) // a mail that some did not get
        return ChannelWords::tr("%1, %2; %3").arg(what, when, deliveryErrorText(last, now));
    if (last.state == "SENT")
        return ChannelWords::tr("%1, %2").arg(what, when);
    const QString tries = ChannelWords::tr("%n attempt(s)", nullptr, static_cast<int>(last.attempts));
    return ChannelWords::tr("%1, %2, %3: %4").arg(what, when, tries, deliveryErrorText(last, now));
}

QString channelFieldText(const std::string &message)
{
    if (message == "EMPTY")
        return ChannelWords::tr("is needed");
    if (message == "NAME")
        return ChannelWords::tr("1 to 100 bytes, no control characters");
    return message == "LONG" ? ChannelWords::tr("is too long") : fieldProblemText(message);
}

QString channelsToldText(int count)
{
    return count == 0 ? ChannelWords::tr("No channel is told: alerts show only here.")
                      : ChannelWords::tr("%n channel(s) are told too.", nullptr, count);
}

QString failingText(const ChannelRow &row, Instant now)
{
    const QString error = row.lastDelivery ? deliveryErrorText(*row.lastDelivery, now) : QString();
    return ChannelWords::tr("%1 does not take alerts: %2").arg(toText(row.name), error);
}

} // namespace crossfade
