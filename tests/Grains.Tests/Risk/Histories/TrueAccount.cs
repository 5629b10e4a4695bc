namespace ControlPlane.Grains.Tests.Risk.Histories;

/// <summary>What is truly so at the broker, and what the worst of it may come to. Uses nothing of the product: it is what the product is evaluated by.</summary>
internal sealed class TrueAccount
{
    public List<TrueOrder> Orders { get; } = [];

    public decimal Position(string symbol) => Orders.Where(o => o.Symbol == symbol).Sum(o => o.Way * o.Filled);

    /// <summary>Everything that still works and opens is filled, and exits if that makes it more.</summary>
    /// <param name="way">1 for long, -1 for short.</param>
    public decimal WorstUnits(string symbol, int way) =>
        Math.Max(Math.Max(0, way * Position(symbol)), (way * Position(symbol)) + Leaving(symbol, way)) + Orders.Where(o => o.Symbol == symbol && o.Way == way && o is { Opens: true, Working: true }).Sum(o => o.Left);

    /// <summary>No unit is worth less than the cheapest that was ever asked for.</summary>
    public decimal WorstGross(IReadOnlyDictionary<string, decimal> cheapest) => cheapest.Sum(c => c.Value * Math.Max(WorstUnits(c.Key, 1), WorstUnits(c.Key, -1)));

    /// <summary>What exits that work take of a position; alternatives count as the largest of them.</summary>
    public decimal Leaving(string symbol, int way) => Orders.Where(o => o.Symbol == symbol && o.Way == way && o is { Opens: false, Working: true })
        .GroupBy(o => o.Group ?? o.ClientId, StringComparer.Ordinal).Sum(g => g.Max(o => o.Left));

    /// <summary>The broker fills a part; the alternatives of a filled exit are canceled.</summary>
    public TrueFill Fill(TrueOrder order, decimal quantity, DateTimeOffset at)
    {
        order.Filled += quantity;
        if (order.Left == 0) order.Working = false;
        if (order.Group is not null)
        {
            foreach (var other in Orders.Where(o => o.Group == order.Group && o != order)) other.Working = false;
        }

        var fill = new TrueFill(order, quantity, order.Fills.Count, at);
        order.Fills.Add(fill);
        return fill;
    }
}

internal sealed class TrueOrder(string clientId, string orderId, string symbol, int way, decimal quantity, decimal price, bool opens, string? group)
{
    public string ClientId { get; } = clientId;
    public string OrderId { get; } = orderId;
    public string Symbol { get; } = symbol;
    public int Way { get; } = way;
    public decimal Quantity { get; } = quantity;
    public decimal Price { get; } = price;
    public bool Opens { get; } = opens;
    public string? Group { get; } = group;
    public decimal Filled { get; set; }
    public bool Working { get; set; } = true;
    public List<TrueFill> Fills { get; } = [];
    public decimal Left => Quantity - Filled;

    /// <summary>Its trade grows with each fill; else each fill is a trade of its own.</summary>
    public bool Grows { get; init; }

    /// <summary>The bot has told its end.</summary>
    public bool EndReported { get; set; }

    /// <summary>Fills that the bot will not tell of: the broker's account has told them.</summary>
    public bool Forgotten { get; set; }
}

internal sealed class TrueFill(TrueOrder order, decimal quantity, int number, DateTimeOffset at)
{
    public TrueOrder Order { get; } = order;
    public decimal Quantity { get; } = quantity;
    public int Number { get; } = number;

    /// <summary>By the bot's clock.</summary>
    public DateTimeOffset At { get; } = at;
    public bool Told { get; set; }

    /// <summary>An exit's fill ended the trade of this one.</summary>
    public bool Closed { get; set; }
}

/// <summary>A rule was broken.</summary>
internal sealed class BrokenRuleException(string message) : Exception(message);

/// <summary>A clock that only the history moves; the wall may be set.</summary>
internal sealed class HistoryClock : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 29, 6, 0, 0, TimeSpan.Zero);
    private TimeSpan _passed;

    public TimeSpan Wall { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _passed.Ticks;

    public override DateTimeOffset GetUtcNow() => s_start + _passed + Wall;

    public void Pass(double seconds) => _passed += TimeSpan.FromSeconds(seconds);
}
