// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/statementview.h"

#include "ui/shared/difftext.h"
#include "ui/shared/theme.h"

#include <QPainter>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int LineHeight = 18;
constexpr int Inset = 8;
constexpr int Numbers = 34;
constexpr std::size_t MaxLines = 40;

// Long statements break after a comma or before AND, so that they can be read without scrolling.
QList<QByteArray> broken(const QByteArray &statement, qsizetype columns)
{
    QList<QByteArray> lines;
    for (QByteArray rest : statement.split('\n')) {
        while (rest.size() > columns) {
            qsizetype at = -1;
            for (const char *mark : {" WHERE ", " AND ", " SET ", " VALUES ", ", "}) {
                const qsizetype found = rest.lastIndexOf(mark, columns - 1);
                if (found > columns / 3)
                    at = std::max(at, mark[0] == ',' ? found + 1 : found);
            }
            // Nowhere to break well: cut, rather than hide the end.
            if (at <= 0)
                for (at = columns; at > 1 && (rest[at] & 0xc0) == 0x80;)
                    --at;
            lines << rest.left(at);
            rest = "  " + rest.mid(at).trimmed();
        }
        lines << rest;
    }
    return lines;
}

} // namespace

StatementView::StatementView(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setObjectName(QStringLiteral("statementView"));
}

void StatementView::setStatement(const std::string &statement, const Values &parameters)
{
    m_statement = QByteArray::fromStdString(statement);
    m_values = parameters;
    setAccessibleName(tr("Statement: %1").arg(QString::fromUtf8(m_statement).left(2'000)));
    fit();
    update();
}

std::vector<StatementView::Line> StatementView::linesFor(int width) const
{
    // Whole letters, of the strong form: its words are set in it.
    QFont font = fontOf(FontRole::Mono);
    font.setWeight(QFont::Bold);
    const double letter = std::max(1.0, QFontMetricsF(font).horizontalAdvance(QLatin1Char('m')));
    const int columns = std::max(24, static_cast<int>((width - Numbers - Inset) / letter) - 1);
    std::vector<Line> lines;
    int number = 0;
    for (const QByteArray &line : broken(m_statement, columns))
        if (lines.size() < MaxLines)
            lines.push_back({line, QString::number(++number), false});
    number = 0;
    // Placeholders are written as the database writes them.
    const QString mark =
        m_statement.contains("?1") ? QStringLiteral("?%1") : QStringLiteral("$%1");
    for (const std::optional<std::string> &value : m_values)
        if (lines.size() < 2 * MaxLines)
            lines.push_back({value ? std::optional(QByteArray::fromStdString(*value)) : std::nullopt,
                             mark.arg(++number), true});
    return lines;
}

void StatementView::fit()
{
    setFixedHeight(static_cast<int>(linesFor(width()).size()) * LineHeight + 2 * Inset);
}

void StatementView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

void StatementView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &t = tokensOf(palette());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(t.hairline);
    painter.setBrush(t.alternate);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Radius, Radius);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QFontMetrics metrics(fontOf(FontRole::Mono));
    int y = Inset;
    for (const Line &line : linesFor(width())) {
        painter.setFont(fontOf(FontRole::Mono));
        painter.setPen(t.tertiary);
        const int baseline = y + (LineHeight + metrics.ascent() - metrics.descent()) / 2;
        painter.drawText(Numbers - 10 - metrics.horizontalAdvance(line.number), baseline,
                         line.number);
        DiffValue value;
        value.text = line.text;
        value.allSpaces = line.value;
        value.statement = !line.value;
        if (!line.value && line.text->isEmpty())
            value.word = QStringLiteral(" ");
        paintDiffValue(painter, QRect(Numbers, y, width() - Numbers - Inset, LineHeight), value, t);
        y += LineHeight;
    }
}

} // namespace crossfade
