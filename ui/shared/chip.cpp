// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/chip.h"

#include "models/items/servicewords.h"
#include "ui/shared/theme.h"

#include <QEvent>
#include <QFontMetrics>
#include <QHash>
#include <QPainter>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace crossfade {

namespace {

constexpr int Padding = 7;
constexpr int GlyphSide = 11;
constexpr int GlyphGap = 4;

struct WordLook {
    Tone tone;
    Glyph glyph;
};

const QHash<QString, WordLook> &wordLooks()
{
    using enum Tone;
    static const QHash<QString, WordLook> looks = [] {
        QHash<QString, WordLook> map;
        const auto add = [&](const char *word, Tone tone, Glyph glyph = Glyph::None) {
            map.insert(QString::fromLatin1(word), {tone, glyph});
        };
        for (const char *word : {"STABILIZING", "EVALUATING", "AT_TARGET"})
            add(word, Neutral, Glyph::Clock);
        for (const char *word : {"RUNNING", "EXECUTING", "RECHECKING"})
            add(word, Neutral, Glyph::Play);
        for (const char *word : {"SUCCESS", "PENDING", "QUEUED", "FINISHED", "ROLLED_BACK", "FINALIZED",
                                 "REJECTED", "CANCELLED", "MISSING", "EXTRA", "OPEN", "EXPIRED"})
            add(word, Neutral);
        add("DIFFERENT", Neutral, Glyph::NotEqual);
        add("BOTH", Neutral, Glyph::HalfCircle);
        for (const char *word : {"DRAFT", "ASSIGNED", "OFF", "NOT_NEEDED", "OVERRIDDEN", "IN_FLIGHT", "HOT"})
            add(word, Outline);
        for (const char *word : {"HELD", "SUSPENDED", "PAUSED", "BLOCKED"})
            add(word, Outline, Glyph::Pause);
        for (const char *word : {"TOO_FEW", "NO_DATA"})
            add(word, Outline, Glyph::Question);
        for (const char *word : {"SCHEDULED", "STALE_DATA"})
            add(word, Outline, Glyph::Clock);
        add("SOURCE_ERROR", Outline, Glyph::Cross);
        add("AWAITING_APPROVAL", Ink, Glyph::Clock);
        add("STALE", Ink, Glyph::Clock);
        add("FOR_APPROVAL", Ink);
        add("BELOW", Ink, Glyph::Warning);
        for (const char *word : {"PASS", "COMPLETED", "VERIFIED", "INTACT"})
            add(word, Green, Glyph::Check);
        add("APPROVED", Neutral, Glyph::Check);
        add("UNDONE", Neutral);
        add("UNDOING", Neutral, Glyph::Undo);
        add("FAILED", RedTint, Glyph::Cross);
        add("SENT", Green, Glyph::Check);
        add("UNTRIED", Outline, Glyph::Question);
        for (const char *word : {"ALERT", "PARTIAL", "RETRYING"})
            add(word, RedTint, Glyph::Warning);
        for (const char *word : {"BREACH", "ROLLBACK_PROPOSED"})
            add(word, RedFill, Glyph::Warning);
        add("ROLLING_BACK", RedFill, Glyph::Undo);
        add("LEGACY", Legacy, Glyph::Diamond);
        add("NEW", Fresh, Glyph::Circle);
        return map;
    }();
    return looks;
}

struct ChipColors {
    QColor ground, border, text;
};

QColor blended(const QColor &a, const QColor &b, double share)
{
    const auto mix = [share](int x, int y) { return static_cast<int>(x * (1 - share) + y * share); };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()));
}

ChipColors colorsOf(Tone tone, const Tokens &t)
{
    switch (tone) {
    case Tone::Neutral: return {t.neutralTint, t.mid, t.secondary};
    case Tone::Outline: return {t.base, t.secondary, t.secondary};
    case Tone::Ink: return {t.ink, t.ink, t.inkText};
    case Tone::Green: return {t.greenTint, blended(t.greenTint, t.green, 0.45), t.greenText};
    case Tone::RedTint: return {t.redTint, blended(t.redTint, t.red, 0.45), t.redText};
    case Tone::RedFill:
        return t.dark ? ChipColors{t.red, t.red, t.inkText}
                      : ChipColors{t.redFill, t.redFill, t.redFillText};
    case Tone::Legacy: return {t.legacyTint, blended(t.legacyTint, t.legacy, 0.4), t.legacyText};
    case Tone::Fresh: return {t.freshTint, blended(t.freshTint, t.fresh, 0.4), t.freshText};
    }
    return {t.neutralTint, t.mid, t.secondary};
}

} // namespace

Tone toneOf(const QString &word)
{
    return wordLooks().value(word, {Tone::Neutral, Glyph::None}).tone;
}

Glyph glyphOf(const QString &word)
{
    return wordLooks().value(word, {Tone::Neutral, Glyph::None}).glyph;
}

ChipLook chipOf(const QString &word, const QString &label)
{
    // A model that has no better words gives the API's own.
    const bool own = !label.isEmpty() && label != word && label != QString(word).replace(QLatin1Char('_'), QLatin1Char(' '));
    return {own ? label : wordText(word), toneOf(word), glyphOf(word)};
}

int chipWidth(const ChipLook &look)
{
    const QFontMetrics metrics(fontOf(FontRole::Chip));
    const int mark = look.glyph == Glyph::None ? 0 : GlyphSide + (look.text.isEmpty() ? 0 : GlyphGap);
    return 2 * Padding + mark + metrics.horizontalAdvance(look.text);
}

QRect paintChip(QPainter &painter, const QRect &rect, const ChipLook &look, const Tokens &tokens)
{
    const QFontMetrics metrics(fontOf(FontRole::Chip));
    const int width = std::min(chipWidth(look), rect.width());
    const QRect box(rect.left(), rect.top() + (rect.height() - ChipHeight) / 2, width, ChipHeight);
    const ChipColors colors = colorsOf(look.tone, tokens);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.border, 1));
    painter.setBrush(colors.ground);
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), Radius - 0.5, Radius - 0.5);
    int left = box.left() + Padding;
    if (look.glyph != Glyph::None) {
        const QRectF mark(left, box.top() + (ChipHeight - GlyphSide) / 2.0, GlyphSide, GlyphSide);
        QColor color = colors.text;
        if (look.tone == Tone::Legacy)
            color = tokens.legacy;
        else if (look.tone == Tone::Fresh)
            color = tokens.fresh;
        paintGlyph(painter, mark, look.glyph, color);
        left += GlyphSide + GlyphGap;
    }
    painter.setFont(fontOf(FontRole::Chip));
    painter.setPen(colors.text);
    const int space = box.right() - Padding + 2 - left;
    const int baseline = box.top() + (ChipHeight + metrics.ascent() - metrics.descent()) / 2;
    painter.drawText(left, baseline, metrics.elidedText(look.text, Qt::ElideRight, space));
    painter.restore();
    return box;
}

Chip::Chip(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

Chip::Chip(const ChipLook &look, QWidget *parent) : Chip(parent)
{
    setLook(look);
}

void Chip::setLook(const ChipLook &look)
{
    const bool wider = chipWidth(look) != chipWidth(m_look);
    m_look = look;
    setAccessibleName(look.text);
    if (wider)
        updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    return {chipWidth(m_look), ChipHeight};
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintChip(painter, rect(), m_look, tokensOf(palette()));
}

void Chip::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

int paintPlatform(QPainter &painter, QPointF baseline, const QString &word, const QString &text,
                  const Tokens &tokens)
{
    const bool legacy = word == QLatin1String("LEGACY");
    const bool fresh = word == QLatin1String("NEW");
    const QFontMetricsF metrics(painter.font());
    const QRectF mark(baseline.x(), baseline.y() - metrics.capHeight() / 2 - 5, 10, 10);
    paintGlyph(painter, mark, glyphOf(word),
               legacy ? tokens.legacy : fresh ? tokens.fresh : tokens.secondary);
    painter.setPen(legacy ? tokens.legacyText : fresh ? tokens.freshText : tokens.secondary);
    painter.drawText(baseline + QPointF(16, 0), text);
    return 16 + static_cast<int>(metrics.horizontalAdvance(text)) + 1;
}

GlyphLabel::GlyphLabel(Glyph glyph, Color color, QWidget *parent)
    : QWidget(parent), m_glyph(glyph), m_color(color)
{
    setFixedSize(14, 14);
}

void GlyphLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &t = tokensOf(palette());
    paintGlyph(painter, rect(), m_glyph,
               m_color == Color::Red ? t.red : m_color == Color::Green ? t.green : t.secondary);
}

PlatformLabel::PlatformLabel(const QString &word, QWidget *parent)
    : QWidget(parent), m_word(word), m_text(word), m_role(static_cast<int>(FontRole::Strong))
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleName(m_text);
}

void PlatformLabel::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void PlatformLabel::setFontRole(int role)
{
    m_role = role;
    updateGeometry();
    update();
}

QSize PlatformLabel::sizeHint() const
{
    const QFontMetrics metrics(fontOf(static_cast<FontRole>(m_role)));
    return {16 + metrics.horizontalAdvance(m_text) + 1, std::max(20, metrics.height())};
}

void PlatformLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(fontOf(static_cast<FontRole>(m_role)));
    const QFontMetricsF metrics(painter.font());
    const double y = (height() + metrics.ascent() - metrics.descent()) / 2;
    paintPlatform(painter, QPointF(0, y), m_word, m_text, tokensOf(palette()));
}

} // namespace crossfade
