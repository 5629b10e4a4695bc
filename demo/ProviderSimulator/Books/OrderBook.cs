namespace ControlPlane.ProviderSimulator.Books;

/// <summary>A broker's orders and positions. A market order fills at once, a limit order rests until somebody fills it. It outlives whoever trades
/// in it, so that it can be compared with what they believe. Safe for several threads.</summary>
public sealed class OrderBook
{
    private const decimal MarketPrice = 100;
    private readonly Lock _lock = new();
    private readonly List<BookOrder> _orders = [];
    private readonly Dictionary<string, int> _received = new(StringComparer.Ordinal);
    private long _number = 1_000;

    /// <summary>All orders, the oldest first.</summary>
    public IReadOnlyList<BookOrder> Orders
    {
        get
        {
            lock (_lock) return [.. _orders];
        }
    }

    /// <summary>How often an order came under a client id, refused duplicates included.</summary>
    public IReadOnlyDictionary<string, int> Received
    {
        get
        {
            lock (_lock) return new Dictionary<string, int>(_received, StringComparer.Ordinal);
        }
    }

    /// <summary>Signed units by symbol.</summary>
    public IReadOnlyDictionary<string, decimal> Positions
    {
        get
        {
            lock (_lock)
            {
                return _orders.Where(o => o.Filled > 0).GroupBy(o => o.Symbol, StringComparer.Ordinal)
                    .Select(g => (g.Key, Sum: g.Sum(o => o.Buy ? o.Filled : -o.Filled))).Where(p => p.Sum != 0).ToDictionary(p => p.Key, p => p.Sum, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Null when an order of this client id is there already.</summary>
    public BookOrder? Place(string? clientId, string symbol, bool buy, decimal quantity, decimal? limit, bool reduceOnly = false, string kind = "", Func<long, string>? id = null)
    {
        lock (_lock)
        {
            if (clientId is not null)
            {
                _received[clientId] = _received.GetValueOrDefault(clientId) + 1;
                if (_orders.Any(o => o.ClientId == clientId)) return null;
            }

            var number = ++_number;
            var order = new BookOrder
            {
                Id = id?.Invoke(number) ?? $"{number}", ClientId = clientId, Symbol = symbol, Buy = buy, Quantity = quantity, Limit = limit, ReduceOnly = reduceOnly, Kind = kind,
            };
            if (limit is null) order = order with { Status = "filled", Filled = quantity, Price = MarketPrice, Fills = [new(quantity, MarketPrice)] };
            _orders.Add(order);
            return order;
        }
    }

    public BookOrder? Find(string? id, string? clientId = null)
    {
        lock (_lock) return _orders.FirstOrDefault(o => (id is not null && o.Id == id) || (clientId is not null && o.ClientId == clientId));
    }

    /// <summary>The order after it was taken back; as it is when it has ended; null when there is none.</summary>
    public BookOrder? Cancel(string? id, string? clientId = null) => Change(id, clientId, o => o.IsOpen ? o with { Status = "canceled" } : o);

    public IReadOnlyList<BookOrder> CancelAll(string? symbol = null)
    {
        lock (_lock)
        {
            return [.. _orders.Where(o => o.IsOpen && (symbol is null || o.Symbol == symbol)).ToArray().Select(o => Cancel(o.Id)!)];
        }
    }

    /// <summary>The exchange fills some of an order.</summary>
    public BookOrder? Fill(string id, decimal units, decimal price) => Change(id, null, o =>
    {
        var filled = Math.Min(o.Quantity, o.Filled + units);
        var average = filled == 0 ? 0 : ((o.Price * o.Filled) + (price * (filled - o.Filled))) / filled;
        return o with { Filled = filled, Price = average, Fills = filled > o.Filled ? [.. o.Fills, new(filled - o.Filled, price)] : o.Fills, Status = filled == o.Quantity ? "filled" : o.Status };
    });

    private BookOrder? Change(string? id, string? clientId, Func<BookOrder, BookOrder> change)
    {
        lock (_lock)
        {
            var at = _orders.FindIndex(o => (id is not null && o.Id == id) || (clientId is not null && o.ClientId == clientId));
            return at < 0 ? null : _orders[at] = change(_orders[at]);
        }
    }
}
