// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/reasondialog.h"

#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int Width = 520;

} // namespace

ReasonDialog::ReasonDialog(const Words &words, Work work, QWidget *parent)
    : QDialog(parent), m_words(words), m_work(std::move(work)), m_extras(new QVBoxLayout),
      m_reason(new ReasonField(words.need, this)),
      m_note(new TextLabel({}, FontRole::Secondary, Ink::Secondary, this)),
      m_confirm(new Button(words.kind, words.confirm, this)), m_cancel(new Button(tr("Cancel"), this))
{
    setObjectName(QStringLiteral("reasonDialog"));
    setMinimumWidth(Width);
    QVBoxLayout *column = addQuestion(this, words.title, words.effect);
    column->addLayout(m_extras);
    column->addWidget(m_reason);
    m_note->setWordWrap(true);
    m_note->setObjectName(QStringLiteral("dialogNote"));
    column->addWidget(m_note);
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    m_cancel->setObjectName(QStringLiteral("cancelButton"));
    m_confirm->setObjectName(QStringLiteral("confirmButton"));
    row->addWidget(m_cancel);
    row->addWidget(m_confirm);
    column->addLayout(row);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, &ReasonDialog::confirm);
    connect(m_reason, &ReasonField::changed, this, &ReasonDialog::recheck);
    m_reason->setFocus();
    recheck();
}

void ReasonDialog::recheck()
{
    QString why = m_blocked;
    if (why.isEmpty() && !m_reason->isValid())
        why = tr("Say why first.");
    if (m_working)
        why = tr("It is on its way.");
    m_confirm->setBlocked(why);
    m_cancel->setBlocked(m_working ? why : QString());
    m_reason->setEnabled(!m_working);
}

void ReasonDialog::reject()
{
    if (!m_working) // its end would take the act back, or leave nobody to tell what came of it
        QDialog::reject();
}

void ReasonDialog::setBlocked(const QString &why)
{
    m_blocked = why;
    if (!why.isEmpty() && !m_working) {
        m_note->setInk(Ink::Red);
        m_note->setText(why);
    }
    recheck();
}

void ReasonDialog::confirm()
{
    if (m_working || !m_confirm->isEnabled())
        return;
    m_working = true;
    m_note->setInk(Ink::Secondary);
    m_note->setText(tr("Sent, waiting for the answer …"));
    recheck();
    m_work(m_reason->text());
}

void ReasonDialog::setProgress(const QString &sentence)
{
    m_note->setInk(Ink::Secondary);
    m_note->setText(sentence);
}

void ReasonDialog::succeed()
{
    m_working = false;
    accept();
}

void ReasonDialog::fail(const QString &sentence)
{
    m_working = false;
    m_note->setInk(Ink::Red);
    m_note->setText(sentence);
    recheck();
}

void ReasonDialog::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const bool red = m_words.kind == ButtonKind::RedFill || m_words.kind == ButtonKind::RedOutline;
    if (enter && (!red || (event->modifiers() & Qt::ControlModifier))) {
        confirm();
        return;
    }
    if (enter) // a red button is never pressed by Enter alone
        return;
    QDialog::keyPressEvent(event);
}

} // namespace crossfade
