using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Desk;
using ControlPlane.Grains.Risk.Symbols;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Grains.Tests.Risk.Histories;

/// <summary>One random life of an honest bot: what it tells is true, but late, in any order, repeated, or never; answers are lost, both sides restart, and
/// its clock is off. Whatever is granted is held against the true account.</summary>
internal sealed partial class OrderHistory(int seed, Action<string>? log = null) : IDisposable
{
    private static readonly string[] s_symbols = ["ES", "NQ"];
    private static readonly RiskOptions s_options = new() { OpenOrderSeconds = 30 };
    private readonly Random _random = new(seed);
    private readonly HistoryClock _clock = new();
    private readonly MemoryLedger _ledger = new();
    private readonly TrueAccount _truth = new();
    private readonly List<OrderCheck> _lost = [];
    private static readonly Dictionary<string, decimal> s_cheapest = s_symbols.ToDictionary(s => s, s => Base(s) * 0.9m);
    private readonly List<PositionReport> _underway = [];
    private OrderDesk _desk = null!;
    private OrderDesk.Account _account = null!;
    private decimal _positionLimit;
    private decimal _grossLimit;
    private TimeSpan _skew;

    /// <summary>Reports may be overtaken; a trade that grows can't be told apart from what it was when an old report was made, so that there is none then.</summary>
    private bool _overtaken;
    private int _ids;

    /// <summary>Opening orders and exits that were granted.</summary>
    public (int Opened, int Left) Granted { get; private set; }

    private DateTimeOffset BotNow => _clock.GetUtcNow() - _clock.Wall + _skew;

    public void Dispose() => _desk.Dispose();

    public async Task RunAsync()
    {
        _positionLimit = Pick(500m, 1_500m, 5_000m);
        _grossLimit = Pick(700m, 2_000m, 100_000m);
        _skew = TimeSpan.FromSeconds(Pick(0, 0, 0, -2, -0.5, 0.5, 2));
        _desk = NewDesk();
        const decimal Any = 1_000_000_000_000_000_000;
        var limits = s_options.Defaults.SetItems(new Dictionary<string, decimal>
        {
            [RiskLimitNames.MaxOrderNotional] = Any, [RiskLimitNames.MaxOrderQuantity] = Any, [RiskLimitNames.MaxPositionNotional] = _positionLimit, [RiskLimitNames.MaxGrossNotional] = _grossLimit,
            [RiskLimitNames.MaxOpenOrders] = 10_000, [RiskLimitNames.MaxOrdersPerMinute] = 10_000, [RiskLimitNames.MaxDailyLoss] = Any, [RiskLimitNames.PriceCollarPercent] = Any, [RiskLimitNames.DuplicateOrderSeconds] = 0,
        });
        _account = new(limits, null, Live: false, 1, SymbolNames.Plain, _ => 1);
        _overtaken = _random.Next(2) == 0;
        for (var steps = _random.Next(5, 60); steps > 0; steps--)
        {
            _clock.Pass(0.001);
            await StepAsync();
        }
    }

    private Task StepAsync() => _random.Next(100) switch
    {
        < 24 => OpenAsync(),
        < 44 => FillAsync(),
        < 58 => TellSomeAsync(),
        < 64 => TellAnEndAsync(),
        < 68 => CancelAsync(),
        < 70 => RenewAsync(),
        < 75 => ReportPositionAsync(),
        < 79 => ReportAccountAsync(),
        < 86 => PassAsync(),
        < 88 => RestartAsync(),
        < 90 => ReturnAsync(),
        < 93 => RetryAsync(),
        _ => LeaveAsync(),
    };

    private Task OpenAsync()
    {
        var symbol = Pick(s_symbols);
        var price = Math.Round(Base(symbol) * (decimal)(0.9 + (_random.NextDouble() / 5)), 2);
        return AskAsync(new(symbol, Pick(OrderSide.Buy, OrderSide.Sell), _random.Next(1, 10), price, OrderIntent.Open, 1, null, $"c{++_ids}"));
    }

    /// <summary>True when the order was answered as granted, and is at the broker.</summary>
    private async Task<bool> AskAsync(OrderCheck check)
    {
        _ledger.LosesNextGrant = _random.Next(14) == 0;
        var verdict = await _desk.CheckAsync(check, _account);
        var hanging = verdict.OrderId is null && verdict.Refusals.Any(r => r.Code == Codes.DataUnavailable);
        _ledger.LosesNextGrant = false;
        if (hanging || (verdict.OrderId is not null && _random.Next(14) == 0))
        {
            Log($"{Words(check)} asked, the answer is lost");
            if (!_lost.Exists(o => o.ClientOrderId == check.ClientOrderId)) _lost.Add(check);
            return false;
        }

        // Asked again and refused, the grant that the answer was lost of is still there.
        if (verdict.OrderId is not null || verdict.Refusals.Any(r => r.Code == Codes.IdReused)) _lost.RemoveAll(o => o.ClientOrderId == check.ClientOrderId);
        Log($"{Words(check)} {(verdict.OrderId is null ? $"refused: {string.Join(", ", verdict.Refusals.Select(r => r.Rule))}" : "granted")}");
        if (verdict.OrderId is not { } orderId) return false;
        if (check.Intent == OrderIntent.Reduce && Exceeds(check))
        {
            // An alternative has been filled meanwhile: there is nothing left to leave.
            Log($"{check.ClientOrderId} is not sent");
            await _desk.EndAsync(orderId, OrderStatus.Canceled);
            return false;
        }

        var order = new TrueOrder(check.ClientOrderId!, orderId, check.Symbol, Way(check.Side), check.Quantity, check.Intent == OrderIntent.Open ? check.Price!.Value : Base(check.Symbol), check.Intent == OrderIntent.Open, check.OcoGroup) { Grows = !_overtaken && _random.Next(3) == 0 };
        _truth.Orders.Add(order);
        if (order.Opens) EvaluateOpening(order);
        Granted = order.Opens ? (Granted.Opened + 1, Granted.Left) : (Granted.Opened, Granted.Left + 1);
        return true;
    }

    private bool Exceeds(OrderCheck exit)
    {
        var (way, working) = (Way(exit.Side), _truth.Orders.Where(o => o is { Opens: false, Working: true } && o.Symbol == exit.Symbol && o.Way == Way(exit.Side)));
        var alternatives = working.Where(o => o.Group is not null && o.Group == exit.OcoGroup).ToArray();
        var others = _truth.Leaving(exit.Symbol, way) - (alternatives.Length == 0 ? 0 : alternatives.Max(o => o.Left));
        return others + Math.Max(exit.Quantity, alternatives.Length == 0 ? 0 : alternatives.Max(o => o.Left)) > -way * _truth.Position(exit.Symbol);
    }

    private void EvaluateOpening(TrueOrder order)
    {
        var units = _truth.WorstUnits(order.Symbol, order.Way);
        if (units * order.Price > _positionLimit) throw Broken($"{order.ClientId} makes {units} units of {order.Symbol} at {order.Price} possible: above {_positionLimit}. {_ledger.Describe(order.Symbol)}");
        var gross = _truth.WorstGross(s_cheapest);
        if (gross > _grossLimit) throw Broken($"{order.ClientId} makes a gross of {gross} possible: above {_grossLimit}.");
    }

    private Task FillAsync()
    {
        var working = _truth.Orders.Where(o => o.Working).ToArray();
        if (working.Length == 0) return Task.CompletedTask;
        var order = Pick(working);
        var fill = _truth.Fill(order, _random.Next(2) == 0 ? order.Left : _random.Next(1, (int)order.Left + 1), BotNow);
        Log($"{order.ClientId} filled {fill.Quantity}, holds {_truth.Position(order.Symbol)}");
        return Task.CompletedTask;
    }

    private Task CancelAsync()
    {
        var working = _truth.Orders.Where(o => o.Working).ToArray();
        if (working.Length == 0) return Task.CompletedTask;
        var order = Pick(working);
        order.Working = false;
        Log($"{order.ClientId} canceled at the broker");
        return Task.CompletedTask;
    }

    private Task PassAsync()
    {
        var seconds = _random.Next(5) == 0 ? 31 : _random.NextDouble() * 4;
        Log($"{seconds:0.00} s pass");
        _clock.Pass(seconds);
        return Task.CompletedTask;
    }

    /// <summary>The control plane starts anew, perhaps on a host whose clock is another.</summary>
    private Task RestartAsync()
    {
        _desk.Dispose();
        if (_random.Next(3) == 0) _clock.Wall = TimeSpan.FromSeconds(Pick(-1, 0, 0.5, 1));
        _desk = NewDesk();
        Log($"the control plane restarts, wall {_clock.Wall}");
        return Task.CompletedTask;
    }

    private async Task RetryAsync()
    {
        if (_lost.Count > 0) await AskAsync(Pick([.. _lost]));
    }

    private OrderDesk NewDesk() => new("b", _ledger, s_options, _clock, NullLogger.Instance);

    private BrokenRuleException Broken(string message)
    {
        Log(message);
        return new($"history {seed}: {message}");
    }

    private void Log(string message) => log?.Invoke($"{_clock.GetUtcNow():mm:ss.fff} {message}");

    private static string Words(OrderCheck c) => $"{c.ClientOrderId} {c.Intent} {c.Side} {c.Quantity} {c.Symbol} at {c.Price} {c.OcoGroup}";

    private static decimal Base(string symbol) => symbol == "ES" ? 100 : 10;

    private static int Way(OrderSide side) => side == OrderSide.Buy ? 1 : -1;

    private static OrderSide Side(int way) => way > 0 ? OrderSide.Buy : OrderSide.Sell;

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
