using ControlPlane.Grains.Risk;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>A row of <c>checked_orders</c>.</summary>
internal sealed class OrderRow : SealedRow
{
    /// <summary>What reads take.</summary>
    public static readonly ColumnList Columns = new(OrderColumns.Columns + ", settled, " + SealedRow.MacColumns);

    /// <summary>What may change of an order.</summary>
    private static readonly ColumnList s_changed = new(
        "status, filled, settled, renewed_at, ended_at, client_order_id, quantity, price, version, mac, " + OrderColumns.PassageColumns);

    public static string Insert { get; } = $"INSERT INTO checked_orders ({Columns.Names}) VALUES ({Columns.Values})";

    public static string Update { get; } = $"UPDATE checked_orders SET {s_changed.Assignments} WHERE bot_id = @BotId AND order_id = @OrderId";

    public override string Table => "checked_orders";
    public override string RowKey => OrderId;
    public string OrderId { get; init; } = "";
    public string Symbol { get; init; } = "";
    public string Side { get; init; } = "";
    public Amount Quantity { get; init; }
    public Amount? Price { get; init; }
    public string Intent { get; init; } = "";
    public long LeaseEpoch { get; init; }
    public Instant GrantedAt { get; init; }
    public string Status { get; init; } = "";
    public Amount Filled { get; init; }
    public bool Settled { get; init; }
    public string? TraceId { get; init; }
    public string? ClientOrderId { get; init; }
    public Amount Multiplier { get; init; }
    public string? OcoGroup { get; init; }
    public Instant? RenewedAt { get; init; }
    public Instant? EndedAt { get; init; }
    public string? Provider { get; init; }
    public string? Environment { get; init; }
    public string? Operation { get; init; }
    public string? RequestHash { get; init; }
    public string? Route { get; init; }
    public string? Passage { get; init; }
    public string? ProviderOrderId { get; init; }
    public Instant? SentAt { get; init; }
    public Instant? AnsweredAt { get; init; }
    public int Lookups { get; init; }
    public Instant? DueAt { get; init; }
    public Amount Seen { get; init; }
    public Amount? SeenPrice { get; init; }
    public Instant? SeenAt { get; init; }
    public Amount Matched { get; init; }
    public Amount? SeenPnl { get; init; }
    public Amount? SeenFee { get; init; }
    public Amount? Booked { get; init; }
    public Amount? BookedPrice { get; init; }
    public Amount? BookedFee { get; init; }

    public static OrderRow Of(string botId, GrantedOrder order) => new()
    {
        BotId = botId,
        OrderId = order.OrderId,
        Symbol = order.Symbol,
        Side = TradeColumns.SideName(order.Side),
        Quantity = order.Quantity,
        Price = order.Price,
        Intent = OrderColumns.Word(order.Intent),
        LeaseEpoch = order.LeaseEpoch,
        GrantedAt = order.GrantedAt,
        Status = order.Status,
        Filled = order.Filled,
        Settled = order.IsSettled,
        TraceId = order.TraceId,
        ClientOrderId = order.ClientOrderId,
        Multiplier = order.Multiplier,
        OcoGroup = order.OcoGroup,
        RenewedAt = order.RenewedAt,
        EndedAt = order.EndedAt,
        Provider = order.Passage?.Provider,
        Environment = order.Passage?.Environment,
        Operation = order.Passage?.Operation,
        RequestHash = order.Passage?.RequestHash,
        Route = order.Passage?.Route,
        Passage = order.Passage?.State,
        ProviderOrderId = order.Passage?.ProviderOrderId,
        SentAt = order.Passage?.SentAt,
        AnsweredAt = order.Passage?.AnsweredAt,
        Lookups = order.Passage?.Lookups ?? 0,
        DueAt = order.Passage?.DueAt,
        Seen = order.Passage?.Seen ?? 0,
        SeenPrice = order.Passage?.SeenPrice,
        SeenAt = order.Passage?.SeenAt,
        Matched = order.Passage?.Matched ?? 0,
        SeenPnl = order.Passage?.SeenPnl,
        SeenFee = order.Passage?.SeenFee,
        Booked = order.Passage?.Booked,
        BookedPrice = order.Passage?.BookedPrice,
        BookedFee = order.Passage?.BookedFee,
    };

    public GrantedOrder Order() => new(
        OrderId, Symbol, TradeColumns.Side(Side), Quantity, Price, OrderColumns.Intent(Intent), LeaseEpoch, GrantedAt, Status, Filled, TraceId)
    {
        ClientOrderId = ClientOrderId,
        Multiplier = Multiplier,
        OcoGroup = OcoGroup,
        RenewedAt = RenewedAt,
        EndedAt = EndedAt,
        Passage = Passage is null ? null : new(Provider!, Environment, Operation!, RequestHash!, Route!)
        {
            State = Passage,
            ProviderOrderId = ProviderOrderId,
            SentAt = SentAt,
            AnsweredAt = AnsweredAt,
            Lookups = Lookups,
            DueAt = DueAt,
            Seen = Seen,
            SeenPrice = SeenPrice,
            SeenAt = SeenAt,
            Matched = Matched,
            SeenPnl = SeenPnl,
            SeenFee = SeenFee,
            Booked = Booked,
            BookedPrice = BookedPrice,
            BookedFee = BookedFee,
        },
    };

    public override void Write(SealContent content) => content
        .Add(Symbol).Add(Side).Add(Quantity).Add(Price).Add(Intent).Add(LeaseEpoch)
        .Add(GrantedAt).Add(Status).Add(Filled).Add(TraceId).Add(ClientOrderId).Add(Multiplier)
        .Add(OcoGroup).Add(RenewedAt).Add(EndedAt).Add(Provider).Add(Environment).Add(Operation)
        .Add(RequestHash).Add(Route).Add(Passage).Add(ProviderOrderId).Add(SentAt).Add(AnsweredAt)
        .Add(Lookups).Add(DueAt).Add(Seen).Add(SeenPrice).Add(SeenAt).Add(Matched)
        .Add(SeenPnl).Add(SeenFee).Add(Booked).Add(BookedPrice).Add(BookedFee).Add(Settled);
}
