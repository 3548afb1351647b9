// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/questiondialog.h"

#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int QuestionWidth = 440;

} // namespace

QuestionDialog::QuestionDialog(const Words &words, QWidget *parent) : QDialog(parent)
{
    setMinimumWidth(QuestionWidth);
    QVBoxLayout *column = addQuestion(this, words.title, words.effect);
    column->addSpacing(6);
    auto *row = new QHBoxLayout;
    auto *no = new Button(words.no, this);
    no->setObjectName(QStringLiteral("questionNo"));
    auto *yes = new Button(ButtonKind::RedOutline, words.yes, this);
    yes->setObjectName(QStringLiteral("questionYes"));
    yes->setAutoDefault(false);
    no->setDefault(true);
    row->addStretch(1);
    row->addWidget(no);
    row->addWidget(yes);
    column->addLayout(row);
    connect(no, &QPushButton::clicked, this, &QDialog::reject);
    connect(yes, &QPushButton::clicked, this, &QDialog::accept);
    no->setFocus();
}

} // namespace crossfade
