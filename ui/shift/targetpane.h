// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/shiftsession.h"
#include "ui/shared/buttons.h"
#include "ui/shared/pane.h"

class QHBoxLayout;
class QTimer;

namespace crossfade {

class ElidingLabel;
class PercentageSlider;
class PercentSpin;
class TextLabel;
struct SliderState;

// What the slider shows of a policy.
SliderState sliderStateOf(const PolicyRow &row, Instant now);

// The slider and what goes with it: the target as a number, the list behind the preview, the button
// that names the number, and what the runner does next. It moves nothing by itself.
class TargetPane : public Pane {
    Q_OBJECT
public:
    explicit TargetPane(ShiftSession *session, QWidget *parent = nullptr);

    void showPolicy(const PolicyRow *row, const QString &obstacle);
    void tick(Instant now); // countdowns
    double target() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

Q_SIGNALS:
    void applyRequested(double target);
    void rollBackRequested(double target);

private:
    void setTarget(double percentage);
    void askPreview();
    void showPreview(const Result<RulePreview> &preview);
    void updateButtons();
    void openList();
    void placeCondition();

    ShiftSession *m_session;
    PercentageSlider *m_slider;
    PercentSpin *m_spin;
    Button *m_list;
    Button *m_apply;
    TextLabel *m_next;
    ElidingLabel *m_condition;
    QHBoxLayout *m_below; // the condition's line
    QTimer *m_delay;
    std::string m_policyId;
    QString m_obstacle;
    std::string m_previewId;
    int m_asked = 0;
    bool m_touched = false; // the operator chose this target; news don't overwrite it
};

} // namespace crossfade
