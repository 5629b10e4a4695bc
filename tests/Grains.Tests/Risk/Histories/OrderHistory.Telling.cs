using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Tests.Risk.Histories;

/// <summary>What the bot tells, and how it leaves a position.</summary>
internal sealed partial class OrderHistory
{
    private IEnumerable<TrueFill> Untold => _truth.Orders.Where(o => !o.Forgotten).SelectMany(o => o.Fills).Where(f => !f.Told);

    private Task TellSomeAsync()
    {
        var fills = Untold.ToArray();
        if (fills.Length > 0) Tell(Pick(fills));
        var told = _truth.Orders.SelectMany(o => o.Fills).Where(f => f.Told).ToArray();
        if (told.Length > 0 && _random.Next(4) == 0) Tell(Pick(told));
        return Task.CompletedTask;
    }

    private void TellAll()
    {
        var fills = Untold.ToArray();
        _random.Shuffle(fills);
        foreach (var fill in fills.Where(f => !f.Told)) Tell(fill);
    }

    private void Tell(TrueFill fill)
    {
        var order = fill.Order;
        if (order.Grows)
        {
            // The trade as it is now. What was told before is in it.
            foreach (var other in order.Fills) other.Told = true;
            Record(Trade(order, $"{order.ClientId}", order.Filled, order.Fills[0].At));
            return;
        }

        // An exit's fill closes a trade of its size, or is a trade of the other side.
        var closes = order.Opens || fill.Told || _random.Next(3) == 0 ? null : _truth.Orders
            .Where(o => o is { Opens: true, Grows: false, Forgotten: false } && o.Symbol == order.Symbol && o.Way == -order.Way)
            .SelectMany(o => o.Fills).FirstOrDefault(f => !f.Closed && f.Quantity == fill.Quantity && f.At <= fill.At);
        fill.Told = true;
        if (closes is null)
        {
            if (!fill.Closed) Record(Trade(order, $"{order.ClientId}-{fill.Number}", fill.Quantity, fill.At));
            return;
        }

        (closes.Told, closes.Closed, fill.Closed) = (true, true, true);
        var opened = Trade(closes.Order, $"{closes.Order.ClientId}-{closes.Number}", closes.Quantity, closes.At);
        Record(opened with { ClosedAt = fill.At, Pnl = 0, CloseOrderId = order.OrderId });
    }

    private void Record(TradeTrace trade)
    {
        Log($"told: trade {trade.TradeId} {trade.Side} {trade.Quantity} {trade.Symbol}{(trade.ClosedAt is null ? "" : " closed")}");
        _ledger.Record(trade);
    }

    private static TradeTrace Trade(TrueOrder order, string id, decimal quantity, DateTimeOffset at) =>
        new(id, order.Symbol, Side(order.Way), quantity, order.Price, null, at, null, null, null, order.OrderId);

    private async Task TellAnEndAsync()
    {
        var ended = _truth.Orders.Where(o => o is { Working: false, EndReported: false }).ToArray();
        if (ended.Length > 0) await TellEndAsync(Pick(ended));
    }

    /// <summary>An order that was filled may be told filled at once; one that was canceled, after its fills.</summary>
    private async Task TellEndAsync(TrueOrder order)
    {
        var filled = order.Left == 0;
        if (!filled && !order.Forgotten)
        {
            foreach (var fill in order.Fills.Where(f => !f.Told)) Tell(fill);
        }

        order.EndReported = true;
        Log($"told: {order.ClientId} {(filled ? "filled" : "canceled")}");
        await _desk.EndAsync(order.OrderId, filled ? OrderStatus.Filled : OrderStatus.Canceled);
    }

    /// <summary>What orders that still work have filled, and what trades grew by, is told before a position is.</summary>
    private void TellKnown()
    {
        foreach (var fill in Untold.Where(f => f.Order.Working || f.Order.Grows).ToArray())
        {
            if (!fill.Told) Tell(fill);
        }
    }

    private async Task RenewAsync()
    {
        var working = _truth.Orders.Where(o => o.Working).ToArray();
        if (working.Length > 0) await _desk.EndAsync(Pick(working).OrderId, OrderStatus.Open);
    }

    /// <summary>A report may be underway for a while, and be overtaken.</summary>
    private async Task ReportPositionAsync()
    {
        var symbol = Pick(s_symbols);
        TellKnown();
        _underway.Add(new(symbol, _truth.Position(symbol), BotNow));
        if (_overtaken && _random.Next(3) == 0) return;
        var report = Pick([.. _underway]);
        _underway.Remove(report);
        await SendAsync(report);
    }

    private async Task SendAsync(PositionReport report)
    {
        Log($"told: position {report.Symbol} {report.Quantity} as of {report.AsOf:mm:ss.fff}");
        await _desk.ReportPositionAsync(report, _account.Names);
    }

    private async Task ReportAccountAsync()
    {
        TellKnown();
        string[] open = [.. _truth.Orders.Where(o => o.Working).Select(o => _random.Next(2) == 0 ? o.OrderId : o.ClientId)];
        var positions = s_symbols.Select(s => new HeldPosition(s, _truth.Position(s))).Where(p => p.Quantity != 0);
        var receipt = await _desk.ReportAccountAsync(new(BotNow, [.. positions], [.. open]), _account.Names);
        Log($"told: account, open {string.Join(' ', open.Length)}, ended {receipt.EndedOrders.Length}, contradictions {string.Join(' ', receipt.Contradictions)}");

        // The broker's word has told what these filled.
        foreach (var order in _truth.Orders.Where(o => receipt.EndedOrders.Contains(o.OrderId) && !receipt.Contradictions.Contains(o.Symbol)))
        {
            (order.EndReported, order.Forgotten) = (true, order.Forgotten || _random.Next(2) == 0);
        }
    }

    /// <summary>The bot starts anew: it gives back what it never sent, and reads everything at the broker.</summary>
    private async Task ReturnAsync()
    {
        Log("the bot restarts");
        _underway.Clear();
        foreach (var lost in _lost.ToArray()) await GiveBackAsync(lost);
        await ReportAccountAsync();
    }

    /// <summary>The bot tells what the exit rests on, in one of the ways that it has, and asks to leave. It must be let go.</summary>
    private async Task LeaveAsync()
    {
        var symbol = Pick(s_symbols);
        var position = _truth.Position(symbol);
        if (position == 0) return;
        _clock.Pass(0.001);
        var (way, sync) = (position > 0 ? -1 : 1, _random.Next(4));

        // What it does not know the fate of it asks for again, and gives back.
        foreach (var lost in _lost.Where(o => o.Symbol == symbol && o.Intent == OrderIntent.Reduce).ToArray()) await GiveBackAsync(lost);
        foreach (var order in _truth.Orders.Where(o => o.Symbol == symbol && o is { Opens: false, Working: false, EndReported: false }).ToArray()) await TellEndAsync(order);
        switch (sync)
        {
            case 0:
                await ReportAccountAsync();
                break;
            case 1:
                TellKnown();
                await SendAsync(new(symbol, position, BotNow));
                break;
            default:
                TellAll();
                foreach (var order in _truth.Orders.Where(o => o is { Working: false, EndReported: false }).ToArray()) await TellEndAsync(order);
                break;
        }

        _clock.Pass(0.001);
        var quantity = Math.Abs(position) - _truth.Leaving(symbol, way);
        if (quantity <= 0) return;
        if (_random.Next(3) == 0) quantity = _random.Next(1, (int)quantity + 1);
        var group = _random.Next(3) == 0 ? $"g{++_ids}" : null;
        for (var alternatives = group is null ? 1 : 2; alternatives > 0; alternatives--)
        {
            var exit = new OrderCheck(symbol, Side(way), quantity, _random.Next(2) == 0 ? null : 50, OrderIntent.Reduce, 1, null, $"c{++_ids}", OcoGroup: group);
            if (!await AskAsync(exit) && !_lost.Contains(exit))
                throw Broken($"{Words(exit)} was refused; {position} is held, told in the way {sync}. {_ledger.Describe(symbol)}");
        }
    }

    private async Task GiveBackAsync(OrderCheck lost)
    {
        _lost.Remove(lost);
        var verdict = await _desk.CheckAsync(lost, _account);
        var orderId = verdict.OrderId ?? (await _ledger.FindClientOrderAsync("b", lost.ClientOrderId!, CancellationToken.None))?.OrderId;
        Log($"{Words(lost)} asked again and given back");
        if (orderId is not null) await _desk.EndAsync(orderId, OrderStatus.Canceled);
    }
}
