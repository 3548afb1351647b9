// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/frame/headerbar.h"

#include "models/session/connectionssession.h"
#include "models/session/sessionwords.h"
#include "ui/shared/crossfadestyle.h"
#include "ui/shared/glyphs.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QSignalBlocker>

namespace crossfade {

namespace {

constexpr int HeaderHeight = 40;
constexpr int StripeHeight = 3;

class Mark : public QWidget {
public:
    explicit Mark(Symbol symbol)
        : m_symbol(symbol)
    {
        setFixedSize(16, 16);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        paintSymbol(painter, rect(), m_symbol, tokensOf(palette()).text);
    }

private:
    Symbol m_symbol;
};

QString wordOf(EnvironmentWord word)
{
    switch (word) {
    case EnvironmentWord::Prod: return HeaderBar::tr("PROD");
    case EnvironmentWord::Test: return HeaderBar::tr("TEST");
    case EnvironmentWord::Sandbox: return HeaderBar::tr("SANDBOX");
    }
    return {};
}

QString serviceText(const Connection &connection, ServiceName service)
{
    const QString name = service == ServiceName::Router ? HeaderBar::tr("router")
                                                        : HeaderBar::tr("comparator");
    switch (connection.reach(service)) {
    case Reach::Live: {
        QString text = QStringLiteral("✓ ") + name;
        if (const Replica replica = connection.replica(service); !replica.address.isEmpty())
            text += QStringLiteral(" · %1/%2").arg(replica.number).arg(replica.count);
        const int took = connection.latencyMs(service);
        return took < 0 ? text : text + QStringLiteral(" · %1 ms").arg(took);
    }
    case Reach::Connecting: return HeaderBar::tr("… %1").arg(name);
    case Reach::Lost: return HeaderBar::tr("✕ %1 does not answer").arg(name);
    case Reach::Unknown: return HeaderBar::tr("– %1").arg(name);
    }
    return name;
}

QString serviceTip(const Connection &connection, ServiceName service)
{
    if (connection.reach(service) == Reach::Lost)
        return connection.problem(service);
    const Replica replica = connection.replica(service);
    if (replica.address.isEmpty())
        return connection.version(service);
    return HeaderBar::tr("Replica %1 of %2 in use: %3")
               .arg(replica.number)
               .arg(replica.count)
               .arg(replicaText(replica)) +
           QLatin1Char('\n') + connection.version(service);
}

} // namespace

EnvironmentLabel::EnvironmentLabel(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void EnvironmentLabel::setWord(const QString &word, const QColor &colour)
{
    m_word = word;
    m_colour = colour;
    setVisible(!word.isEmpty());
    setAccessibleName(word);
    updateGeometry();
    update();
}

QSize EnvironmentLabel::sizeHint() const
{
    return {QFontMetrics(fontOf(FontRole::Chip)).horizontalAdvance(m_word) + 16, 20};
}

void EnvironmentLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_colour);
    painter.drawRoundedRect(rect(), Radius, Radius);
    painter.setFont(fontOf(FontRole::Chip));
    painter.setPen(m_colour.lightnessF() > 0.6F ? QColor(0x15, 0x18, 0x1c) : QColor(Qt::white));
    painter.drawText(rect(), Qt::AlignCenter, m_word);
}

PaletteField::PaletteField(QWidget *parent)
    : QAbstractButton(parent)
{
    setObjectName(QStringLiteral("paletteField"));
    setText(tr("Go to user, rule, policy, action…"));
    setAccessibleName(text());
    setFocusPolicy(Qt::StrongFocus);
    setFixedSize(sizeHint());
}

void PaletteField::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(tokens.fieldBorder);
    painter.setBrush(tokens.base);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Radius, Radius);
    paintSymbol(painter, QRectF(9, 6, 16, 16), Symbol::Search, tokens.secondary);
    painter.setFont(fontOf(FontRole::Body));
    painter.setPen(tokens.tertiary);
    painter.drawText(rect().adjusted(32, 0, -60, 0), Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetrics(painter.font()).elidedText(text(), Qt::ElideRight, width() - 92));
    painter.setFont(fontOf(FontRole::Axis));
    painter.drawText(rect().adjusted(0, 0, -8, 0), Qt::AlignVCenter | Qt::AlignRight,
                     QStringLiteral("Ctrl+K"));
    if (hasFocus())
        paintFocusRing(painter, rect(), palette());
}

HeaderBar::HeaderBar(ConnectionsSession *session, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_environment(new EnvironmentLabel)
    , m_profiles(new QComboBox)
    , m_palette(new PaletteField)
    , m_router(new TextLabel({}, FontRole::Secondary, Ink::Secondary))
    , m_comparator(new TextLabel({}, FontRole::Secondary, Ink::Secondary))
    , m_operator(new TextLabel)
{
    setObjectName(QStringLiteral("header"));
    setFixedHeight(HeaderHeight + StripeHeight);
    m_environment->setObjectName(QStringLiteral("environmentLabel"));
    m_profiles->setObjectName(QStringLiteral("profileCombo"));
    m_profiles->setAccessibleName(tr("Profile"));
    m_profiles->setMinimumWidth(140);
    m_profiles->setFont(fontOf(FontRole::Strong));
    m_router->setObjectName(QStringLiteral("routerLabel"));
    m_comparator->setObjectName(QStringLiteral("comparatorLabel"));
    m_operator->setObjectName(QStringLiteral("operatorLabel"));

    auto *left = new QHBoxLayout;
    left->setSpacing(8);
    left->addWidget(new Mark(Symbol::Logo));
    left->addWidget(new TextLabel(QStringLiteral("Crossfade"), FontRole::Strong));
    left->addSpacing(4);
    left->addWidget(m_environment);
    left->addWidget(m_profiles);
    left->addStretch(1);
    auto *right = new QHBoxLayout;
    right->setSpacing(12);
    right->addStretch(1);
    right->addWidget(m_router);
    right->addWidget(m_comparator);
    auto *line = new Hairline(Qt::Vertical);
    line->setFixedHeight(20);
    right->addWidget(line);
    right->addWidget(m_operator);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, StripeHeight, 12, 0);
    row->addLayout(left, 1);
    row->addWidget(m_palette);
    row->addLayout(right, 1);

    connect(m_palette, &QAbstractButton::clicked, this, &HeaderBar::paletteRequested);
    connect(m_profiles, &QComboBox::activated, this, [this](int index) {
        const QString id = m_profiles->itemData(index).toString();
        if (id.isEmpty())
            Q_EMIT connectionsRequested();
        else
            m_session->connectTo(id);
        showProfiles();
    });
    connect(session, &ConnectionsSession::changed, this, &HeaderBar::showProfiles);
    const Connection *connection = session->connection();
    connect(connection, &Connection::reachChanged, this, &HeaderBar::showServices);
    connect(connection, &Connection::latencyChanged, this, &HeaderBar::showServices);
    connect(connection, &Connection::replicaChanged, this, &HeaderBar::showServices);
    connect(connection, &Connection::sessionChanged, this, &HeaderBar::showOperator);
    showProfiles();
    showServices();
    showOperator();
}

void HeaderBar::showProfiles()
{
    const QSignalBlocker blocker(m_profiles);
    const Profile *current = m_session->current();
    m_profiles->clear();
    if (!current)
        m_profiles->addItem(tr("Choose a profile"), QString());
    for (const Profile &profile : m_session->profiles()->all()) {
        m_profiles->addItem(profile.name, profile.id);
        if (current && current->id == profile.id)
            m_profiles->setCurrentIndex(m_profiles->count() - 1);
    }
    m_profiles->addItem(tr("Edit profiles…"), QString());
    const QColor chosen(current ? current->colour : QString());
    const QColor fallback = tokensOf(palette()).prod;
    m_stripe = current ? (chosen.isValid() ? chosen : fallback) : QColor();
    m_environment->setWord(current ? wordOf(current->environment) : QString(), m_stripe);
    update();
}

void HeaderBar::showServices()
{
    const Connection &connection = *m_session->connection();
    for (const auto &[label, service] : {std::pair{m_router, ServiceName::Router},
                                         std::pair{m_comparator, ServiceName::Comparator}}) {
        const bool lost = connection.reach(service) == Reach::Lost;
        label->setText(serviceText(connection, service));
        label->setInk(lost ? Ink::Red : Ink::Secondary);
        label->setToolTip(serviceTip(connection, service));
    }
}

void HeaderBar::showOperator()
{
    const Connection &connection = *m_session->connection();
    m_operator->setText(connection.subject().isEmpty() ? tr("no operator") : connection.subject());
    m_operator->setToolTip(connection.roles(ServiceName::Router).join(QStringLiteral(", ")));
}

void HeaderBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    if (m_stripe.isValid())
        painter.fillRect(0, 0, width(), StripeHeight, m_stripe);
    painter.setPen(tokens.hairline);
    painter.drawLine(0, height() - 1, width(), height() - 1);
}

void HeaderBar::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        showProfiles();
    QWidget::changeEvent(event);
}

} // namespace crossfade
