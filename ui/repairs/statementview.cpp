// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/statementview.h"

#include "ui/shared/difftext.h"
#include "ui/shared/theme.h"

#include <QPainter>

namespace crossfade {

namespace {

constexpr int LineHeight = 18;
constexpr int Inset = 8;
constexpr int Numbers = 34;
constexpr std::size_t MaxLines = 40;
constexpr qsizetype MaxColumns = 72;

// Long statements break after a comma or before AND, so that they can be read without scrolling.
QList<QByteArray> broken(const QByteArray &statement)
{
    QList<QByteArray> lines;
    for (QByteArray rest : statement.split('\n')) {
        while (rest.size() > MaxColumns) {
            qsizetype at = -1;
            for (const char *mark : {" WHERE ", " AND ", " SET ", " VALUES ", ", "}) {
                const qsizetype found = rest.lastIndexOf(mark, MaxColumns);
                if (found > MaxColumns / 3)
                    at = std::max(at, mark[0] == ',' ? found + 1 : found);
            }
            if (at <= 0)
                break;
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
    m_lines.clear();
    int number = 0;
    for (const QByteArray &line : broken(QByteArray::fromStdString(statement)))
        if (m_lines.size() < MaxLines)
            m_lines.push_back({line, QString::number(++number), false});
    number = 0;
    // Placeholders are written as the database writes them.
    const QString mark = statement.find("?1") == std::string::npos ? QStringLiteral("$%1")
                                                                   : QStringLiteral("?%1");
    for (const std::optional<std::string> &value : parameters)
        if (m_lines.size() < 2 * MaxLines)
            m_lines.push_back({value ? std::optional(QByteArray::fromStdString(*value)) : std::nullopt,
                               mark.arg(++number), true});
    setAccessibleName(tr("Statement: %1").arg(QString::fromStdString(statement).left(2'000)));
    updateGeometry();
    update();
}

QSize StatementView::sizeHint() const
{
    return {320, static_cast<int>(m_lines.size()) * LineHeight + 2 * Inset};
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
    for (const Line &line : m_lines) {
        painter.setFont(fontOf(FontRole::Mono));
        painter.setPen(t.tertiary);
        const int baseline = y + (LineHeight + metrics.ascent() - metrics.descent()) / 2;
        painter.drawText(Numbers - 10 - metrics.horizontalAdvance(line.number), baseline,
                         line.number);
        DiffValue value;
        value.text = line.text;
        value.allSpaces = line.value;
        if (!line.value && line.text->isEmpty())
            value.word = QStringLiteral(" ");
        paintDiffValue(painter, QRect(Numbers, y, width() - Numbers - Inset, LineHeight), value, t);
        y += LineHeight;
    }
}

} // namespace crossfade
