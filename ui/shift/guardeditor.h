// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/shift/guard.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLineEdit;
class QSpinBox;

namespace crossfade {

class Button;
class ElidingLabel;
class TextLabel;

// One guard in one line, its mistake under it.
class GuardEditor : public QWidget {
    Q_OBJECT
public:
    explicit GuardEditor(const Guard &guard, QWidget *parent = nullptr);
    Guard guard() const;
    void setProblem(const QString &sentence);
    // What each field is, over it: for the first row of a list.
    void setCaptionsVisible(bool visible);
    // Of an expression: the names to choose from, and what came of trying it.
    void setSources(const QStringList &names);
    void showTrial(const QString &sentence, bool good);
    void setTryObstacle(const QString &why); // empty: it may be tried

Q_SIGNALS:
    void changed();
    void removed();
    void tryAsked(); // guard() says what

private:
    Metric metric() const;
    bool isKeptBelow() const;
    bool isRelative() const;
    double usualValue() const;
    void adapt();
    void adaptRelative();
    bool adaptThreshold();
    void buildLine(Button *remove);
    QWidget *expressionRow();
    void adaptExpression();
    void connectExpression();

    Guard m_base;
    QComboBox *m_metric;
    QComboBox *m_statistic;
    QComboBox *m_platform;
    QComboBox *m_comparison;
    QDoubleSpinBox *m_threshold;
    QSpinBox *m_window;
    QSpinBox *m_samples;
    QSpinBox *m_breaches;
    QSpinBox *m_windows;
    QComboBox *m_mode;
    QLineEdit *m_check;
    QWidget *m_line = nullptr;
    QWidget *m_captions = nullptr;
    QWidget *m_expressionRow = nullptr; // of PromQL
    QComboBox *m_source = nullptr;
    QLineEdit *m_expression = nullptr;
    QLineEdit *m_samplesExpression = nullptr;
    Button *m_try = nullptr;
    ElidingLabel *m_trial = nullptr;
    QString m_tryObstacle;
    TextLabel *m_problem;
};

} // namespace crossfade
