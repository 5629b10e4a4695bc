namespace ControlPlane.ProviderSimulator.Market;

/// <summary>Prices of all instruments, which advance with the clock. Safe for several threads.</summary>
internal sealed class SimulatedMarket
{
    public const int TicksASecond = 4;
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1.0 / TicksASecond);
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<string, PricePath> _paths;
    private readonly DateTimeOffset _origin;
    private readonly long _started;
    private long? _frozenAt;
    private bool _open = true;

    public SimulatedMarket(MarketOptions options, TimeProvider time)
    {
        Options = options;
        _time = time;
        _paths = Instrument.All.ToDictionary(static i => i.Symbol, i => new PricePath(i, options.Seed));

        // It begins with a past, so that whoever asks first finds bars to compute with.
        _origin = time.GetUtcNow() - (PricePath.Kept * s_tick);
        _started = time.GetTimestamp();
    }

    public MarketOptions Options { get; }

    /// <summary>Whether orders are taken.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
                return _open;
        }
    }

    /// <summary>The tick that is now. It does not follow jumps of the wall clock, and stands still while the feed is frozen.</summary>
    public long Now
    {
        get
        {
            lock (_gate)
                return _frozenAt ?? Running;
        }
    }

    private long Running => PricePath.Kept - 1 + (_time.GetElapsedTime(_started).Ticks / s_tick.Ticks);

    public void Apply(MarketOrder order)
    {
        lock (_gate)
        {
            _open = order.Open ?? _open;
            if (order.Frozen is { } frozen)
                _frozenAt = frozen ? _frozenAt ?? Running : null;
        }
    }

    public MarketOrder Switches()
    {
        lock (_gate)
            return new MarketOrder { Open = _open, Frozen = _frozenAt is not null };
    }

    public bool Lists(string symbol) => _paths.ContainsKey(symbol);

    public PriceTick At(string symbol, long tick)
    {
        lock (_gate)
        {
            var path = _paths[symbol];
            path.AdvanceTo(_frozenAt ?? Running);
            return path[tick];
        }
    }

    public PriceTick Latest(string symbol) => At(symbol, Now);

    public DateTimeOffset TimeOf(long tick) => _origin + (tick * s_tick);

    /// <summary>Whole bars that begin within the span, oldest first; the one that is not over yet is not among them.</summary>
    /// <param name="seconds">Length of a bar; bars begin at multiples of it.</param>
    public IReadOnlyList<PriceBar> Bars(string symbol, DateTimeOffset from, DateTimeOffset to, int seconds)
    {
        lock (_gate)
        {
            var path = _paths[symbol];
            path.AdvanceTo(_frozenAt ?? Running);
            var length = TimeSpan.FromSeconds(seconds).Ticks;
            var oldest = TimeOf(Math.Max(0, path.Last - PricePath.Kept + 1));
            var start = new DateTimeOffset(((from > oldest ? from : oldest).UtcTicks + length - 1) / length * length, TimeSpan.Zero);
            var bars = new List<PriceBar>();
            for (; start <= to; start = start.AddTicks(length))
            {
                var first = (long)Math.Ceiling((start - _origin) / s_tick);
                var last = (long)Math.Ceiling((start.AddTicks(length) - _origin) / s_tick) - 1;
                if (last > path.Last)
                    break;
                bars.Add(Bar(path, start, first, last));
            }

            return bars;
        }
    }

    private static PriceBar Bar(PricePath path, DateTimeOffset start, long first, long last)
    {
        decimal open = path[first].Price, high = open, low = open;
        for (var tick = first; tick <= last; tick++)
        {
            high = Math.Max(high, path[tick].Price);
            low = Math.Min(low, path[tick].Price);
        }

        return new PriceBar(start, open, high, low, path[last].Price, (int)(last - first + 1));
    }
}
