// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/glyphs.h"

#include <QWidget>

#include <vector>

namespace crossfade {

struct Fact {
    Glyph glyph = Glyph::None;
    QString strong; // "17 590 users"
    QString text;   // "back to LEGACY now, in one step"
    bool legacy = false, fresh = false, red = false; // colour of the glyph
};

// Rows of a mark, a figure and what it means; plain text, the meaning wraps into up to three lines.
class FactList : public QWidget {
    Q_OBJECT
public:
    explicit FactList(QWidget *parent = nullptr);
    void setFacts(std::vector<Fact> facts);
    const std::vector<Fact> &facts() const { return m_facts; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool event(QEvent *event) override;

private:
    void fitHeight();
    int rowAt(int y) const;
    int meaningWidth(int width) const;
    std::vector<Fact> m_facts;
};

} // namespace crossfade
