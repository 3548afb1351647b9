// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/glyphs.h"
#include "ui/shared/tokens.h"

#include <QString>
#include <QWidget>

namespace crossfade {

// The five emphases, and the two platforms.
enum class Tone { Neutral, Outline, Ink, Green, RedTint, RedFill, Legacy, Fresh };

struct ChipLook {
    QString text;
    Tone tone = Tone::Neutral;
    Glyph glyph = Glyph::None;
};

// By the word of the API: "STABILIZING", "TOO_FEW", "LEGACY", …; unknown words are neutral.
Tone toneOf(const QString &word);
Glyph glyphOf(const QString &word);
// `label` is what is shown, the word itself (underscore as space) when empty.
ChipLook chipOf(const QString &word, const QString &label = {});

inline constexpr int ChipHeight = 20;
int chipWidth(const ChipLook &look);
// Vertically centred at the left of `rect`, elided to its width; answers the rectangle it took.
QRect paintChip(QPainter &painter, const QRect &rect, const ChipLook &look, const Tokens &tokens);

// A word for a state; never clickable alone, the last to shrink.
class Chip : public QWidget {
    Q_OBJECT
    Q_PROPERTY(QString text READ text)
public:
    explicit Chip(QWidget *parent = nullptr);
    Chip(const ChipLook &look, QWidget *parent);

    void setLook(const ChipLook &look);
    void setState(const QString &word, const QString &label = {}) { setLook(chipOf(word, label)); }
    QString text() const { return m_look.text; }
    const ChipLook &look() const { return m_look; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    ChipLook m_look;
};

// Paints the mark of a platform (diamond, circle, half circle) and its word in its colour, on the
// given baseline; answers the width. For tables: `paintChip(chipOf("LEGACY"))` is the tinted form.
int paintPlatform(QPainter &painter, QPointF baseline, const QString &word, const QString &text,
                  const Tokens &tokens);

// A glyph alone, beside a sentence that says the same in words.
class GlyphLabel : public QWidget {
    Q_OBJECT
public:
    enum class Color { Secondary, Red, Green };
    GlyphLabel(Glyph glyph, Color color, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Glyph m_glyph;
    Color m_color;
};

// A mark and a coloured text of a platform, for strips and facts.
class PlatformLabel : public QWidget {
    Q_OBJECT
    Q_PROPERTY(QString text READ text)
public:
    explicit PlatformLabel(const QString &word, QWidget *parent = nullptr);
    void setText(const QString &text);
    QString text() const { return m_text; }
    void setFontRole(int role); // of FontRole; Strong at first
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_word, m_text;
    int m_role;
};

} // namespace crossfade
