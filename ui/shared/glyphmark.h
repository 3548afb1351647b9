// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/glyphs.h"
#include "ui/shared/tokens.h"

#include <QPainter>
#include <QWidget>

namespace crossfade {

// A glyph of 14 in secondary text, beside a line of words.
class GlyphMark : public QWidget {
public:
    explicit GlyphMark(Glyph glyph, QWidget *parent = nullptr)
        : QWidget(parent)
        , m_glyph(glyph)
    {
        setFixedSize(14, 14);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        paintGlyph(painter, QRectF(rect()).adjusted(1, 1, -1, -1), m_glyph,
                   tokensOf(palette()).secondary);
    }

private:
    Glyph m_glyph;
};

} // namespace crossfade
