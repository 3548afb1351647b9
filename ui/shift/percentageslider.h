// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shift/sliderstate.h"

#include <QWidget>

namespace crossfade {

// The heart of the Traffic shift page: where the share stands, which stops it passes, how far guards
// have held, and the target an operator is about to set. Moving it changes nothing else: the page
// asks for previews and applies.
class PercentageSlider : public QWidget {
    Q_OBJECT
    Q_PROPERTY(double target READ target WRITE setTarget NOTIFY targetChanged)
public:
    explicit PercentageSlider(QWidget *parent = nullptr);

    void setState(const SliderState &state);
    const SliderState &state() const { return m_state; }
    double target() const { return m_target; }
    void setTarget(double percentage);
    bool goesBack() const { return m_target < m_state.current - 0.005; }
    bool isMoved() const; // the target is not where the share is
    void setBubble(const QString &text); // beside the handle; empty = the distance alone
    QString bubble() const { return m_bubble; }

    // Where a percentage stands, in widget pixels.
    int positionOf(double percentage) const;
    QString spokenText() const; // for screen readers

    QSize sizeHint() const override { return {760, 108}; }
    QSize minimumSizeHint() const override { return {420, 108}; }

Q_SIGNALS:
    void targetChanged(double percentage);
    void targetEdited(double percentage); // by mouse or keys

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void edit(double percentage);
    void dragTo(double x);
    void describe();

    SliderState m_state;
    double m_target = 0;
    QString m_bubble;
    bool m_dragging = false;
};

} // namespace crossfade
