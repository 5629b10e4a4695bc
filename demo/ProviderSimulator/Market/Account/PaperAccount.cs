namespace ControlPlane.ProviderSimulator.Market.Account;

/// <summary>An account with play money. Orders are filled at the market's price a moment after they came; now and then the exchange
/// rejects one. Safe for several threads.</summary>
internal sealed class PaperAccount(SimulatedMarket market, TimeProvider time)
{
    public const decimal OpeningCash = 100_000;

    /// <summary>Value of all positions over equity, at most.</summary>
    public const decimal Multiplier = 2;
    private const int OrdersKept = 5_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PaperOrder> _orders = [];
    private readonly Queue<string> _age = new();
    private readonly SortedDictionary<string, PaperPosition> _positions = new(StringComparer.Ordinal);
    private long _number;
    private decimal _cash = OpeningCash;

    /// <summary>Takes an order, or returns null when the account cannot carry it. The same client id again returns the order it is of.</summary>
    public PaperOrder? Submit(string symbol, decimal quantity, bool buy, decimal? limit, string timeInForce, string? clientOrderId)
    {
        lock (_gate)
        {
            Settle();
            if (clientOrderId is not null && Find(o => o.ClientOrderId == clientOrderId) is { } same)
                return same;
            var signed = buy ? quantity : -quantity;
            var held = _positions.GetValueOrDefault(symbol).Quantity;
            var more = Math.Abs(held + signed) - Math.Abs(held);
            if (more > 0 && more * market.Latest(symbol).Price > BuyingPower())
                return null;

            var tick = market.Now;
            var order = new PaperOrder
            {
                Id = new Guid((int)++_number, 0x51, 0x4d, [0x80, 0, 0, 0, 0, 0, 0, 0]).ToString("D"),
                ClientOrderId = clientOrderId ?? $"sim-{_number}",
                Symbol = symbol,
                Quantity = quantity,
                Buy = buy,
                Limit = limit,
                TimeInForce = timeInForce,
                SubmittedTick = tick,
                SubmittedAt = time.GetUtcNow(),
                DueTick = tick + 1 + (long)(2 * SeededDice.Once(market.Options.Seed, "fill", _number)),
            };
            _orders.Add(order.Id, order);
            _age.Enqueue(order.Id);
            if (_age.Count > OrdersKept)
                _orders.Remove(_age.Dequeue());
            return order;
        }
    }

    public PaperOrder? Order(string id) => Read(() => _orders.GetValueOrDefault(id));

    public PaperOrder? OrderByClientId(string id) => Read(() => Find(o => o.ClientOrderId == id));

    /// <summary>True when it was still open.</summary>
    public bool Cancel(PaperOrder order) => Read(() =>
    {
        if (!order.IsOpen)
            return false;
        (order.Status, order.ClosedAt) = ("canceled", time.GetUtcNow());
        return true;
    });

    public PaperPosition? Position(string symbol) => Read(() => _positions.TryGetValue(symbol, out var held) ? held : (PaperPosition?)null);

    public IReadOnlyList<(string Symbol, PaperPosition Position)> Positions() => Read(() => _positions.Select(static p => (p.Key, p.Value)).ToList());

    public (decimal Cash, decimal Equity, decimal BuyingPower) Money() => Read(() => (_cash, Equity(), BuyingPower()));

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            Settle();
            return read();
        }
    }

    /// <summary>Carries out what has become due, in the order in which it came.</summary>
    private void Settle()
    {
        var now = market.Now;
        foreach (var order in _orders.Values.Where(o => o.IsOpen && o.DueTick <= now).OrderBy(static o => o.DueTick).ThenBy(static o => o.Id, StringComparer.Ordinal).ToList())
        {
            var tick = market.At(order.Symbol, order.DueTick);
            var price = order.Buy ? tick.Ask : tick.Bid;
            if (IsRejected(order))
                Close(order, "rejected", market.TimeOf(order.DueTick));
            else if (order.Limit is not { } limit || (order.Buy ? price <= limit : price >= limit))
                Fill(order, price, market.TimeOf(order.DueTick));
            else if (LatestThatFills(order, limit, now) is { } later)
                Fill(order, order.Buy ? later.Ask : later.Bid, market.TimeOf(later.Number));
        }
    }

    private PriceTick? LatestThatFills(PaperOrder order, decimal limit, long now)
    {
        var tick = market.At(order.Symbol, now);
        return (order.Buy ? tick.Ask <= limit : tick.Bid >= limit) ? tick : null;
    }

    private bool IsRejected(PaperOrder order) =>
        market.Options.RejectOneIn > 0
        && SeededDice.Once(market.Options.Seed, "reject " + order.Id, 0) < 1.0 / market.Options.RejectOneIn;

    private void Fill(PaperOrder order, decimal price, DateTimeOffset at)
    {
        var after = _positions.GetValueOrDefault(order.Symbol).After(order.Signed, price);
        if (after.Quantity == 0)
            _positions.Remove(order.Symbol);
        else
            _positions[order.Symbol] = after;
        _cash -= order.Signed * price;
        order.FillPrice = price;
        Close(order, "filled", at);
    }

    private static void Close(PaperOrder order, string status, DateTimeOffset at) => (order.Status, order.ClosedAt) = (status, at);

    private PaperOrder? Find(Func<PaperOrder, bool> condition) => _orders.Values.FirstOrDefault(condition);

    private decimal Equity() => _cash + _positions.Sum(p => p.Value.Quantity * market.Latest(p.Key).Price);

    private decimal BuyingPower() =>
        Math.Max(0, (Equity() * Multiplier) - _positions.Sum(p => Math.Abs(p.Value.Quantity) * market.Latest(p.Key).Price));
}
