// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a guard on an expression has: where it is asked, what, and what came of trying it.
#include "ui/shift/guardeditor.h"

#include "models/items/text.h"
#include "ui/shared/buttons.h"
#include "ui/shared/labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSpinBox>

namespace crossfade {

// What only a guard on an expression has, in a line of its own.
QWidget *GuardEditor::expressionRow()
{
    auto *cell = new QWidget(this);
    m_source = new QComboBox(cell);
    m_source->setAccessibleName(tr("Metric source"));
    m_source->setObjectName(QStringLiteral("guardSource"));
    m_source->setPlaceholderText(tr("no source"));
    m_source->setToolTip(tr("The Prometheus server that is asked. An administrator names them to the router."));
    m_expression = new QLineEdit(cell);
    m_expression->setObjectName(QStringLiteral("guardExpression"));
    m_expression->setAccessibleName(tr("PromQL expression"));
    m_expression->setPlaceholderText(tr("PromQL expression that answers one number"));
    m_samplesExpression = new QLineEdit(cell);
    m_samplesExpression->setObjectName(QStringLiteral("guardSamplesExpression"));
    m_samplesExpression->setAccessibleName(tr("PromQL expression for the number of samples"));
    m_samplesExpression->setPlaceholderText(tr("number of samples (optional)"));
    m_try = new Button(tr("Try"), cell);
    m_try->setObjectName(QStringLiteral("tryExpression"));
    m_trial = new ElidingLabel({}, FontRole::Secondary, Ink::Secondary, cell);
    m_trial->setObjectName(QStringLiteral("trialResult"));
    auto *line = new QHBoxLayout(cell);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(4);
    line->addWidget(m_source);
    line->addWidget(m_expression, 4);
    line->addWidget(m_samplesExpression, 3);
    line->addWidget(m_try);
    line->addWidget(m_trial, 3);
    for (QLineEdit *edit : {m_expression, m_samplesExpression})
        edit->setMaxLength(1'000);
    setSources({});
    m_expression->setText(toText(m_base.expression));
    m_samplesExpression->setText(toText(m_base.samplesExpression));
    return cell;
}

void GuardEditor::connectExpression()
{
    const auto edited = [this] {
        m_trial->setText({}); // it was of another expression
        adaptExpression();
        Q_EMIT changed();
    };
    for (QLineEdit *edit : {m_expression, m_samplesExpression})
        connect(edit, &QLineEdit::textEdited, this, edited);
    connect(m_source, &QComboBox::currentIndexChanged, this, edited);
    connect(m_try, &QPushButton::clicked, this, &GuardEditor::tryAsked);
}

// What stands behind an expression is counted only where a second one says how.
void GuardEditor::adaptExpression()
{
    const bool promql = metric() == Metric::Promql;
    const bool counts = !promql || !m_samplesExpression->text().trimmed().isEmpty();
    m_samples->setVisible(counts);
    m_samples->setMinimum(counts ? 1 : 0);
    if (counts && m_samples->value() <= 1 && !m_base.countsSamples())
        m_samples->setValue(100);
    if (!promql)
        return;
    QString why = m_tryObstacle;
    if (why.isEmpty() && (m_source->currentIndex() < 0 || m_expression->text().trimmed().isEmpty()))
        why = tr("It needs a source and an expression.");
    m_try->setBlocked(why);
}

void GuardEditor::setSources(const QStringList &names)
{
    const QString chosen = m_source->currentIndex() < 0 ? toText(m_base.source) : m_source->currentText();
    const QSignalBlocker quiet(m_source);
    m_source->clear();
    m_source->addItems(names);
    if (!chosen.isEmpty() && !names.contains(chosen))
        m_source->addItem(chosen); // what is stored stays until somebody changes it
    m_source->setCurrentIndex(chosen.isEmpty() && names.size() == 1 ? 0 : m_source->findText(chosen));
    if (m_expressionRow != nullptr)
        adaptExpression();
}

void GuardEditor::showTrial(const QString &sentence, bool good)
{
    m_trial->setInk(good ? Ink::Text : Ink::Red);
    m_trial->setText(sentence);
}

void GuardEditor::setTryObstacle(const QString &why)
{
    m_tryObstacle = why;
    adaptExpression();
}

} // namespace crossfade
