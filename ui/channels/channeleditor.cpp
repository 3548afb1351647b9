// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/channels/channeleditor.h"

#include "models/items/channelwords.h"
#include "models/items/rulerow.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::array Severities{"LOW", "MEDIUM", "HIGH"};

int severityIndex(const std::string &word)
{
    const auto found = std::ranges::find_if(Severities, [&](const char *one) { return word == one; });
    return found == Severities.end() ? 0 : static_cast<int>(found - Severities.begin());
}

// "/to/1" is said at "/to".
std::string topOf(const std::string &pointer)
{
    return pointer.substr(0, pointer.find('/', 1));
}

QString placeholderOf(bool stored)
{
    return stored ? ChannelEditor::tr("stored; leave it empty to keep it") : QString();
}

} // namespace

void ChannelEditor::fill()
{
    const ChannelInput input = isNew() ? ChannelInput() : inputOf(m_base);
    m_name->setText(toText(input.name));
    m_kind->setCurrentIndex(std::max(0, m_kind->findData(toText(input.kind))));
    if (!isNew()) {
        m_kind->setEnabled(false);
        m_fields.at("/kind")->setHelp(tr("It is fixed once the channel was made."));
    }
    m_server->setText(toText(input.server));
    m_tls->setCurrentIndex(std::max(0, m_tls->findData(toText(input.tls))));
    m_user->setText(toText(input.user));
    m_from->setText(toText(input.from));
    QStringList people;
    for (const std::string &one : input.to)
        people << toText(one);
    m_to->setText(people.join(QStringLiteral(", ")));
    m_url->setPlaceholderText(isNew() ? QStringLiteral("https://") : placeholderOf(true));
    m_secret->setPlaceholderText(placeholderOf(m_base.hasSecret));
    m_severity->setCurrentIndex(severityIndex(input.minSeverity));
    m_active->setChecked(input.active);
}

// What another kind needs is neither shown nor sent.
void ChannelEditor::adapt()
{
    const std::string kind = toUtf8(m_kind->currentData().toString());
    const bool mail = kind == "EMAIL";
    m_fields.at("/url")->setVisible(!mail);
    for (const char *pointer : {"/server", "/tls", "/user", "/from", "/to"})
        m_fields.at(pointer)->setVisible(mail);
    m_fields.at("/secret")->setVisible(hasSecretField(kind));
    m_removeSecret->setVisible(hasSecretField(kind) && m_base.hasSecret);
    m_fields.at("/secret")->setHelp(mail                ? tr("the password of the user")
                                    : kind == "WEBHOOK" ? tr("sent as a bearer token; may be empty")
                                                        : tr("signs each message; empty if the robot asks for none"));
    m_told = false;
    check();
    adjustSize();
}

ChannelInput ChannelEditor::input() const
{
    ChannelInput input;
    input.name = toUtf8(m_name->text().trimmed());
    input.kind = toUtf8(m_kind->currentData().toString());
    const std::string url = toUtf8(m_url->text().trimmed());
    const std::string secret = toUtf8(m_secret->text());
    if (!input.isMail() && (isNew() || !url.empty()))
        input.url = url;
    if (hasSecretField(input.kind) && (!secret.empty() || m_removeSecret->isChecked()))
        input.secret = secret;
    input.server = toUtf8(m_server->text().trimmed());
    input.tls = toUtf8(m_tls->currentData().toString());
    input.user = toUtf8(m_user->text().trimmed());
    input.from = toUtf8(m_from->text().trimmed());
    static const QRegularExpression between(QStringLiteral("[\\s,;]+"));
    for (const QString &one : m_to->text().split(between, Qt::SkipEmptyParts))
        input.to.push_back(toUtf8(one));
    input.minSeverity = Severities[static_cast<std::size_t>(std::clamp(m_severity->currentIndex(), 0, 2))];
    for (int row = 0; row < m_types->count(); ++row)
        if (m_types->item(row)->checkState() == Qt::Checked)
            input.types.push_back(toUtf8(m_types->item(row)->data(Qt::UserRole).toString()));
    input.active = m_active->isChecked();
    return input;
}

void ChannelEditor::check()
{
    if (m_working)
        return;
    const std::vector<FieldError> problems = channelProblems(input(), isNew());
    showProblems(problems);
    QString why = m_session->changeObstacle();
    if (why.isEmpty() && !problems.empty())
        why = tr("%n field(s) need a look first.", nullptr, static_cast<int>(problems.size()));
    m_save->setBlocked(why);
    m_cancel->setBlocked({});
    // A new form does not begin by scolding; that a role is missing is worth knowing before.
    if (!m_told)
        say(m_session->changeObstacle().isEmpty() && m_written.empty() ? QString() : why, false);
}

void ChannelEditor::showProblems(const std::vector<FieldError> &problems)
{
    for (const auto &[pointer, field] : m_fields) {
        const auto here = [&](const FieldError &one) { return topOf(one.pointer) == pointer; };
        const auto refused = std::ranges::find_if(m_refused, here);
        const auto found = std::ranges::find_if(problems, here);
        QString text;
        if (refused != m_refused.end())
            text = channelFieldText(refused->message);
        else if (found != problems.end() && m_written.contains(pointer))
            text = channelFieldText(found->message);
        field->setProblem(text);
    }
}

void ChannelEditor::say(const QString &text, bool red)
{
    m_note->setInk(red ? Ink::Red : Ink::Secondary);
    m_note->setText(text);
}

void ChannelEditor::save()
{
    if (m_working || !m_save->isEnabled())
        return;
    m_working = true;
    m_refused.clear();
    const QString why = tr("It is on its way.");
    m_save->setBlocked(why);
    m_cancel->setBlocked(why);
    say(tr("Sent, waiting for the answer …"), false);
    const auto done = [this](const Result<ChannelRow> &answer) { finish(answer); };
    if (isNew())
        m_session->create(input(), this, done);
    else
        m_session->replace(m_base.id, m_base.version, input(), this, done);
}

void ChannelEditor::finish(const Result<ChannelRow> &answer)
{
    m_working = false;
    if (answer) {
        Q_EMIT saved(answer->id);
        accept();
        return;
    }
    const Error &error = answer.error();
    m_refused = error.fields;
    const ChannelRow *now = m_session->model()->rowOf(m_base.id);
    QString text;
    if (isUnanswered(error)) {
        text = tr("No answer: it may or may not have been saved. Look at the list before saving again. (%1)")
                   .arg(errorText(error));
    } else if (error.kind == ErrorKind::Stale && now != nullptr) {
        m_base = *now;
        text = tr("%1 changed this channel meanwhile. What you wrote is kept: saving again replaces theirs.")
                   .arg(toText(now->changedBy));
    } else if (error.kind == ErrorKind::NotFound && !isNew()) {
        text = tr("Not saved: somebody deleted this channel meanwhile.");
    } else if (error.fields.empty()) {
        text = tr("Not saved: %1").arg(channelErrorText(error.message));
    } else {
        text = tr("Not saved: the router refuses %n field(s).", nullptr, static_cast<int>(error.fields.size()));
    }
    // A field that has no place here is told in words.
    for (const FieldError &field : error.fields)
        if (!m_fields.contains(topOf(field.pointer)))
            text += QStringLiteral(" %1: %2").arg(toText(field.pointer), channelFieldText(field.message));
    m_told = true;
    check();
    say(text, true);
}

void ChannelEditor::reject()
{
    if (!m_working) // its end would leave nobody to tell what came of it
        QDialog::reject();
}

} // namespace crossfade
