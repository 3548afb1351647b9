// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/difftext.h"

#include "models/consistency/textdiff.h"
#include "ui/shared/theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QRegularExpression>
#include <QTextLayout>
#include <QVector>

#include <algorithm>

namespace crossfade {

namespace {

// The context of these texts for the translators.
struct DiffWords {
    Q_DECLARE_TR_FUNCTIONS(DiffWords)
};

constexpr QChar Dot(0x00b7);
constexpr QChar Ring(0x25cc);
constexpr QChar NoBreakSpace(0x00a0);
constexpr QChar Ellipsis(0x2026);
// A cell shows a line; what lies further is read in the difference itself.
constexpr std::size_t MaxUnits = 4'000;

struct Piece {
    QString shown;
    TextUnit unit;
};

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

QString signOf(const QByteArray &text, const TextUnit &unit, bool allSpaces)
{
    const QString plain = QString::fromUtf8(text.constData() + unit.begin,
                                            static_cast<qsizetype>(unit.length));
    switch (unit.kind) {
    case UnitKind::Space: return unit.changed || allSpaces ? QString(Dot) : plain;
    case UnitKind::NoBreak: return QString(NoBreakSpace);
    case UnitKind::Invisible: return QString::fromStdString(invisibleName(unit.first));
    case UnitKind::Mark: return Ring + plain;
    case UnitKind::Broken:
        return QStringLiteral("\\x%1").arg(static_cast<uint>(unit.first), 2, 16, QLatin1Char('0'));
    case UnitKind::Plain: break;
    }
    if (!unit.hasMarks || !unit.changed)
        return plain;
    // A changed unit shows what it is made of: its base, then its marks on a ring.
    const qsizetype base = plain.front().isHighSurrogate() ? 2 : 1;
    return plain.left(base) + Ring + plain.mid(base);
}

QVector<Piece> piecesOf(const QByteArray &text, std::vector<TextUnit> units, bool allSpaces)
{
    QVector<Piece> pieces;
    units.resize(std::min(units.size(), MaxUnits));
    pieces.reserve(static_cast<qsizetype>(units.size()));
    for (const TextUnit &unit : units)
        pieces << Piece{signOf(text, unit, allSpaces), unit};
    return pieces;
}

// A value and the one across, whose cell is as wide: they are cut together.
struct Pair {
    QVector<Piece> own;
    QVector<Piece> other; // empty: nothing to hold it against
};

Pair piecesOf(const DiffValue &value)
{
    const QByteArray &text = *value.text;
    if (!value.other || !value.marked)
        return {piecesOf(text, textUnits(viewOf(text)), value.allSpaces), {}};
    auto diff = textDiff(viewOf(text), viewOf(*value.other));
    return {piecesOf(text, std::move(diff.left), value.allSpaces),
            piecesOf(*value.other, std::move(diff.right), value.allSpaces)};
}

// The mono font has marks but no ring, and a mark only finds its ring in the same font.
bool hasRing(const Piece &piece)
{
    return piece.shown.contains(Ring);
}

QFont ringFont()
{
    QFont font = fontOf(FontRole::Body);
    font.setPixelSize(fontOf(FontRole::Mono).pixelSize());
    return font;
}

// In fractions: rounded, the widths of many letters add up to a few pixels less than they take.
qreal advance(const QFontMetricsF &metrics, const Piece &piece)
{
    return hasRing(piece) ? QFontMetricsF(ringFont()).horizontalAdvance(piece.shown)
                          : metrics.horizontalAdvance(piece.shown);
}

qreal advance(const QFontMetricsF &metrics, const QVector<Piece> &pieces)
{
    qreal total = 0;
    for (const Piece &piece : pieces)
        total += advance(metrics, piece);
    return total;
}

qsizetype firstChange(const QVector<Piece> &pieces)
{
    const auto changed =
        std::find_if(pieces.begin(), pieces.end(), [](const Piece &p) { return p.unit.changed; });
    return changed - pieces.begin();
}

// Where the first change is on either side: up to there both are the same, also where one side only
// lacks what the other has. 0 without any change.
qsizetype commonStart(const Pair &pair)
{
    const qsizetype own = firstChange(pair.own);
    const qsizetype other = firstChange(pair.other);
    const bool none = own == pair.own.size() && other == pair.other.size();
    return none ? 0 : std::min(own, other);
}

// Leaves out what does not fit. What comes before the first change is the same on both sides and
// the room kept after it too, so both cells of a row are cut at the same place, even where only one
// of them is too long.
QVector<Piece> shortened(const Pair &pair, int width, const QFontMetricsF &metrics)
{
    const QVector<Piece> &pieces = pair.own;
    const bool tooLong = advance(metrics, pieces) > width || advance(metrics, pair.other) > width;
    if (!tooLong || pieces.isEmpty())
        return pieces;
    const qreal dots = metrics.horizontalAdvance(Ellipsis);
    qsizetype first = std::min(commonStart(pair), pieces.size());
    qreal before = dots;
    const qreal room = width * 0.6;
    while (first > 0 && before + advance(metrics, pieces[first - 1]) <= room)
        before += advance(metrics, pieces[--first]);
    const bool cutFront = first > 0;
    qreal left = width - (cutFront ? dots : 0);
    QVector<Piece> shown;
    qsizetype at = first;
    for (; at < pieces.size(); ++at) {
        const bool last = at + 1 == pieces.size();
        if (advance(metrics, pieces[at]) > left - (last ? 0 : dots))
            break;
        left -= advance(metrics, pieces[at]);
        shown << pieces[at];
    }
    const Piece cut{QString(Ellipsis), {}};
    if (cutFront)
        shown.prepend(cut);
    if (at < pieces.size())
        shown << cut;
    return shown;
}

QTextCharFormat formatOf(const Piece &piece, const DiffValue &value, const Tokens &tokens)
{
    QTextCharFormat format;
    format.setForeground(value.quiet || value.statement ? tokens.secondary : tokens.text);
    const UnitKind kind = piece.unit.kind;
    if (hasRing(piece))
        format.setFont(ringFont(), QTextCharFormat::FontPropertiesSpecifiedOnly);
    if (kind == UnitKind::Invisible || kind == UnitKind::Broken)
        format.setBackground(tokens.neutralTint);
    if (kind == UnitKind::Space && !piece.unit.changed)
        format.setForeground(tokens.tertiary);
    if (!piece.unit.changed)
        return format;
    const bool legacy = value.side == DiffSide::Legacy;
    format.setBackground(legacy ? tokens.changedLegacy : tokens.changedNew);
    format.setForeground(tokens.text);
    format.setUnderlineStyle(legacy ? QTextCharFormat::DotLine : QTextCharFormat::SingleUnderline);
    format.setUnderlineColor(legacy ? tokens.legacy : tokens.fresh);
    return format;
}

// The font's own sign for a no-break space can't be read at this size: a small open box.
void paintOpenBox(QPainter &painter, qreal left, qreal right, qreal baseline, const QColor &color)
{
    painter.setPen(QPen(color, 1));
    const qreal low = baseline + 0.5;
    const qreal high = baseline - 3.5;
    painter.drawPolyline(QPolygonF({QPointF(left + 1.5, high), QPointF(left + 1.5, low),
                                    QPointF(right - 1.5, low), QPointF(right - 1.5, high)}));
}

void paintWord(QPainter &painter, const QRect &rect, const QString &word, const Tokens &tokens)
{
    painter.setFont(fontOf(FontRole::Secondary));
    painter.setPen(tokens.secondary);
    const QFontMetrics metrics(painter.font());
    const int baseline = rect.top() + (rect.height() + metrics.ascent() - metrics.descent()) / 2;
    painter.drawText(rect.left(), baseline,
                     metrics.elidedText(word, Qt::ElideRight, rect.width()));
}

QString wordOf(const DiffValue &value)
{
    if (!value.word.isEmpty())
        return value.word;
    if (!value.text)
        return DiffWords::tr("NULL");
    return value.text->isEmpty() ? DiffWords::tr("empty string") : QString();
}

// By weight and ground only: hues belong to the platforms.
void setOffSql(const QString &text, QVector<QTextLayout::FormatRange> &ranges, const Tokens &tokens)
{
    static const QRegularExpression words(QStringLiteral(
        "\\b(SELECT|INSERT|INTO|UPDATE|DELETE|FROM|SET|VALUES|WHERE|AND|OR|IS|NOT|NULL|DISTINCT|IN|ON|"
        "CONFLICT|DO|NOTHING|RETURNING|AS|BEGIN|COMMIT|DEFAULT|COLLATE|BINARY)\\b|([?$][0-9]+)"));
    for (auto found = words.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        QTextCharFormat format;
        format.setForeground(tokens.text);
        if (match.capturedLength(2) > 0)
            format.setBackground(tokens.neutralTint);
        else
            format.setFontWeight(QFont::Bold);
        ranges << QTextLayout::FormatRange{static_cast<int>(match.capturedStart()),
                                           static_cast<int>(match.capturedLength()), format};
    }
}

void paintPieces(QPainter &painter, const QRect &rect, const QVector<Piece> &pieces,
                 const DiffValue &value, const Tokens &tokens)
{
    QString text;
    QVector<int> starts;
    QVector<QTextLayout::FormatRange> ranges;
    for (const Piece &piece : pieces) {
        const QTextCharFormat format = formatOf(piece, value, tokens);
        starts << static_cast<int>(text.size());
        // One range for what looks alike: letters that join are shaped together.
        if (ranges.isEmpty() || ranges.back().format != format)
            ranges << QTextLayout::FormatRange{starts.back(), 0, format};
        ranges.back().length += static_cast<int>(piece.shown.size());
        text += piece.shown;
    }
    if (value.statement)
        setOffSql(text, ranges, tokens);
    const QFont font = fontOf(FontRole::Mono);
    QTextLayout layout(text, font);
    QTextOption option;
    option.setTextDirection(Qt::LeftToRight);
    option.setWrapMode(QTextOption::NoWrap);
    layout.setTextOption(option);
    layout.setFormats(ranges);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    layout.endLayout();
    const QFontMetrics metrics(font);
    const qreal baseline = rect.top() + (rect.height() + metrics.ascent() - metrics.descent()) / 2;
    const QPointF origin(rect.left(), baseline - line.ascent());
    painter.save();
    painter.setClipRect(rect, Qt::IntersectClip);
    layout.draw(&painter, origin);
    for (qsizetype at = 0; at < pieces.size(); ++at) {
        if (pieces[at].unit.kind != UnitKind::NoBreak)
            continue;
        const qreal a = line.cursorToX(starts[at]);
        const qreal b = line.cursorToX(starts[at] + static_cast<int>(pieces[at].shown.size()));
        paintOpenBox(painter, rect.left() + std::min(a, b), rect.left() + std::max(a, b), baseline,
                     value.quiet ? tokens.secondary : tokens.text);
    }
    painter.restore();
}

} // namespace

void paintDiffValue(QPainter &painter, const QRect &rect, const DiffValue &value,
                    const Tokens &tokens)
{
    const QString word = wordOf(value);
    if (!word.isEmpty()) {
        paintWord(painter, rect, word, tokens);
        return;
    }
    const QFontMetricsF metrics(fontOf(FontRole::Mono));
    paintPieces(painter, rect, shortened(piecesOf(value), rect.width(), metrics), value, tokens);
}

QString shownDiffValue(const DiffValue &value, int width)
{
    const QString word = wordOf(value);
    if (!word.isEmpty())
        return word;
    const Pair pair = piecesOf(value);
    const QVector<Piece> pieces =
        width < 0 ? pair.own : shortened(pair, width, QFontMetricsF(fontOf(FontRole::Mono)));
    QString text;
    for (const Piece &piece : pieces)
        text += piece.shown;
    return text;
}

DiffLegend::DiffLegend(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setAccessibleName(tr("Signs: tinted characters are only on that side; a dot is a space, an open "
                         "box a no-break space, a ring carries a combining mark"));
}

void DiffLegend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &t = tokensOf(palette());
    const QFontMetrics mono(fontOf(FontRole::Mono));
    const QFontMetrics words(fontOf(FontRole::Secondary));
    int x = 0;
    const auto entry = [&](const QByteArray &sign, const QByteArray &other, DiffSide side,
                           bool spaces, const QString &text) {
        DiffValue value;
        value.text = sign;
        value.other = other;
        value.side = side;
        value.marked = !other.isNull();
        value.allSpaces = spaces;
        const int width = mono.horizontalAdvance(shownDiffValue(value)) + 4;
        paintDiffValue(painter, QRect(x, 0, width, height()), value, t);
        x += width + 5;
        paintWord(painter, QRect(x, 0, words.horizontalAdvance(text) + 2, height()), text, t);
        x += words.horizontalAdvance(text) + 14;
    };
    entry("a", "", DiffSide::Legacy, false, tr("only LEGACY"));
    entry("a", "", DiffSide::New, false, tr("only NEW"));
    entry(" ", QByteArray(), DiffSide::Legacy, true, tr("space"));
    entry("\xc2\xa0", QByteArray(), DiffSide::Legacy, false, tr("no-break space"));
    entry("\xcc\x88", QByteArray(), DiffSide::Legacy, false, tr("combining mark"));
}

} // namespace crossfade
