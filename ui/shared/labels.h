// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/theme.h"

#include <QLabel>

namespace crossfade {

enum class Ink { Text, Secondary, Tertiary, Red, Green, Legacy, Fresh };

// Plain text in a role's font and a role's colour; follows the palette.
class TextLabel : public QLabel {
    Q_OBJECT
public:
    explicit TextLabel(const QString &text = {}, FontRole role = FontRole::Body,
                       Ink ink = Ink::Text, QWidget *parent = nullptr);
    void setInk(Ink ink);
    Ink ink() const { return m_ink; }

protected:
    void changeEvent(QEvent *event) override;
    void recolor();

private:
    Ink m_ink;
    bool m_coloring = false;
};

// Shortens instead of widening the window; the full text is in the tooltip while it is shortened.
class ElidingLabel : public TextLabel {
    Q_OBJECT
public:
    explicit ElidingLabel(const QString &text = {}, FontRole role = FontRole::Secondary,
                          Ink ink = Ink::Secondary, QWidget *parent = nullptr);
    void setElideMode(Qt::TextElideMode mode);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

} // namespace crossfade
