// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/stateview.h"

#include "ui/shared/buttons.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"

#include <QPainter>
#include <QStackedLayout>
#include <QTimer>
#include <QVBoxLayout>

#include <array>

namespace crossfade {

namespace {

constexpr int SkeletonDelayMs = 200;

bool isInPane(const QWidget *widget)
{
    for (const QWidget *at = widget->parentWidget(); at != nullptr; at = at->parentWidget()) {
        if (qobject_cast<const Pane *>(at) != nullptr)
            return true;
    }
    return false;
}

// Grey blocks where the rows will be; no motion.
class Skeleton : public QWidget {
public:
    using QWidget::QWidget;
    void setRowHeight(int height) { m_rowHeight = height; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Tokens &tokens = tokensOf(palette());
        constexpr std::array Widths{0.34, 0.28, 0.39, 0.27, 0.45, 0.29, 0.33, 0.36};
        const int rows = std::min(9, height() / m_rowHeight);
        // Outside of a pane they bring their own white ground.
        if (!isInPane(this)) {
            painter.setPen(QPen(tokens.paneBorder, 1));
            painter.setBrush(tokens.base);
            painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Radius, Radius);
        }
        for (int row = 0; row < rows; ++row) {
            const int y = row * m_rowHeight;
            painter.setPen(Qt::NoPen);
            painter.setBrush(tokens.neutralTint);
            const double middle = y + (m_rowHeight - 12) / 2.0;
            const auto block = [&](double x, double w) {
                painter.drawRoundedRect(QRectF(x, middle, w, 12), 3, 3);
            };
            block(12, width() * 0.11);
            const double share = Widths[static_cast<std::size_t>(row) % Widths.size()];
            block(width() * 0.17, width() * share);
            block(width() * 0.75, width() * 0.09);
            block(width() * 0.87, width() * 0.11);
            painter.fillRect(QRect(0, y + m_rowHeight - 1, width(), 1), tokens.hairline);
        }
    }

private:
    int m_rowHeight = 28;
};

// Glyph, title, a few centred lines, buttons.
class Notice : public QWidget {
public:
    Notice(bool error, QWidget *parent)
        : QWidget(parent), m_error(error),
          m_title(new TextLabel({}, FontRole::DetailTitle, Ink::Text, this)),
          m_text(new TextLabel({}, FontRole::Body, Ink::Secondary, this))
    {
        auto *column = new QVBoxLayout(this);
        column->setContentsMargins(16, 16, 16, 16);
        column->setSpacing(8);
        column->addStretch(1);
        column->addSpacing(32); // the glyph, painted
        column->addWidget(m_title, 0, Qt::AlignHCenter);
        m_text->setWordWrap(true);
        m_text->setAlignment(Qt::AlignHCenter);
        m_text->setFixedWidth(400);
        column->addWidget(m_text, 0, Qt::AlignHCenter);
        column->addSpacing(6);
        m_button = new Button(ButtonKind::Accent, {}, this);
        column->addWidget(m_button, 0, Qt::AlignHCenter);
        column->addStretch(1);
    }

    void set(Glyph glyph, const QString &title, const QString &text, const QString &button,
             Symbol symbol)
    {
        m_glyph = glyph;
        m_title->setText(title);
        m_text->setText(text);
        m_text->setVisible(!text.isEmpty());
        m_button->setText(button);
        m_button->setSymbol(symbol);
        m_button->setVisible(!button.isEmpty());
        setAccessibleName(title);
        setAccessibleDescription(text);
        fitText();
        update();
    }
    Button *button() const { return m_button; }

protected:
    void resizeEvent(QResizeEvent *) override
    {
        fitText();
    }
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Tokens &tokens = tokensOf(palette());
        if (!isInPane(this)) {
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(QPen(tokens.paneBorder, 1));
            painter.setBrush(tokens.base);
            painter.drawRoundedRect(QRectF(this->rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        }
        const QRectF rect(width() / 2.0 - 12, m_title->y() - 36, 24, 24);
        paintGlyph(painter, rect, m_glyph, m_error ? tokens.red : tokens.tertiary);
        if (m_error)
            painter.fillRect(QRect(0, 0, 3, height()), tokens.red);
    }

private:
    // A layout that aligns a label does not ask it how high it is at its width.
    void fitText()
    {
        const int wide = std::clamp(width() - 32, 120, 400);
        const QRect lines = QFontMetrics(m_text->font()).boundingRect(QRect(0, 0, wide, 10'000), Qt::TextWordWrap, m_text->text());
        m_text->setFixedSize(wide, lines.height() + 2);
    }

    bool m_error;
    TextLabel *m_title;
    TextLabel *m_text;
    Button *m_button;
    Glyph m_glyph = Glyph::Play;
};

} // namespace

StateView::StateView(QWidget *content, QWidget *parent)
    : QWidget(parent), m_content(content), m_stack(new QStackedLayout(this)),
      m_skeleton(new Skeleton(this)), m_blank(new QWidget(this)), m_timer(new QTimer(this))
{
    auto *empty = new Notice(false, this);
    auto *error = new Notice(true, this);
    m_empty = empty;
    m_error = error;
    m_emptyButton = empty->button();
    m_emptyButton->setObjectName(QStringLiteral("emptyAction"));
    error->button()->setObjectName(QStringLiteral("retryButton"));
    for (QWidget *page : {m_content, m_skeleton, m_blank, m_empty, m_error})
        m_stack->addWidget(page);
    m_skeleton->setAccessibleName(tr("Loading"));
    m_timer->setSingleShot(true);
    m_timer->setInterval(SkeletonDelayMs);
    connect(m_timer, &QTimer::timeout, this, [this] { m_stack->setCurrentWidget(m_skeleton); });
    connect(m_emptyButton, &QPushButton::clicked, this, &StateView::emptyAction);
    connect(error->button(), &QPushButton::clicked, this, &StateView::retry);
}

QString StateView::stateName() const
{
    switch (m_state) {
    case State::Loading: return QStringLiteral("loading");
    case State::Empty: return QStringLiteral("empty");
    case State::Error: return QStringLiteral("error");
    case State::Full: return QStringLiteral("full");
    }
    return {};
}

QSize StateView::sizeHint() const
{
    const bool notice = m_state == State::Empty || m_state == State::Error;
    return notice ? QWidget::sizeHint() : m_content->sizeHint();
}

QSize StateView::minimumSizeHint() const
{
    const bool notice = m_state == State::Empty || m_state == State::Error;
    return notice ? QSize(160, 150) : m_content->minimumSizeHint();
}

void StateView::go(State state, QWidget *page)
{
    m_timer->stop();
    if (state != m_state)
        updateGeometry();
    m_state = state;
    m_stack->setCurrentWidget(page);
}

void StateView::showLoading(int rowHeight)
{
    if (m_state == State::Loading)
        return;
    go(State::Loading, m_blank);
    static_cast<Skeleton *>(m_skeleton)->setRowHeight(rowHeight);
    m_timer->start();
}

void StateView::showEmpty(const QString &title, const QString &text, const QString &button,
                          Glyph glyph)
{
    static_cast<Notice *>(m_empty)->set(glyph, title, text, button, Symbol::Add);
    go(State::Empty, m_empty);
}

void StateView::showError(const QString &title, const QString &whatFailed, const QString &stillTrue)
{
    const QString text = stillTrue.isEmpty() ? whatFailed : whatFailed + QLatin1Char('\n') + stillTrue;
    static_cast<Notice *>(m_error)->set(Glyph::Warning, title, text, tr("Retry"), Symbol::Refresh);
    go(State::Error, m_error);
}

void StateView::showContent()
{
    go(State::Full, m_content);
}

StaleChip::StaleChip(QWidget *parent) : Chip(parent)
{
    setObjectName(QStringLiteral("staleChip"));
    setLook({chipOf(QStringLiteral("STALE")).text, Tone::Outline, Glyph::Clock}); // until an age is told
    hide();
}

void StaleChip::setAge(qint64 ageMs)
{
    const qint64 seconds = std::max<qint64>(0, ageMs / 1000);
    const QLatin1Char zero('0');
    const QString age = QStringLiteral("%1:%2")
                            .arg(seconds / 60, 2, 10, zero)
                            .arg(seconds % 60, 2, 10, zero);
    setLook({tr("STALE %1 old").arg(age), Tone::Outline, Glyph::Clock});
}

void StaleChip::setStale(bool stale)
{
    setVisible(stale);
}

} // namespace crossfade
