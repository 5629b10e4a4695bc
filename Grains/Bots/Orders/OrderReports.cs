using System.Globalization;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Bots.Orders;

/// <summary>The bot's reports of orders, positions and marks, and the list of its orders.</summary>
internal sealed class OrderReports(BotContext bot, BotDesks desks, LostRunner lost)
{
    public Task<RiskReport> OrderAsync(string orderId, OrderEnd end) => IfKnown(
        TraceText.IsLine(orderId, TraceRules.MaxId),
        "An order's id is the one that its check has answered with.",
        () => desks.Orders.EndAsync(orderId, Status(end)));

    public Task<RiskReport> PositionAsync(PositionReport report)
    {
        if (!report.Settles) return TakePositionAsync(report);
        if (report.By is not { } by) return Task.FromResult(new RiskReport(Codes.Forbidden, "Only an operator settles a position."));
        var act = OperatorAct.Of(
            "position.settle", OperatorAct.Bot(bot.Id), ("reason", report.Reason), ("symbol", report.Symbol), ("quantity", report.Quantity.ToString(CultureInfo.InvariantCulture)));
        return bot.Services.Acts.RunAsync(act, by, () => TakePositionAsync(report), static answer => answer.Code, static refusal => new RiskReport(refusal.Code, refusal.Message));
    }

    public async Task<AccountReceipt> AccountAsync(AccountReport account)
    {
        if (bot.State.Spec is null) return new(Codes.UnknownBot, "No such bot is registered.", [], []);
        return account.Positions.All(p => IsPosition(p.Symbol, p.Quantity)) && IsPast(account.AsOf)
            ? await desks.Orders.ReportAccountAsync(account, bot.Names)
            : new(Codes.InvalidRequest, "An account needs an 'as_of' that is not ahead of now, and positions with symbol and quantity.", [], []);
    }

    public Task<RiskReport> MarkAsync(string symbol, decimal price) => IfKnown(
        TraceText.IsLine(symbol, TraceRules.MaxSymbol) && Math.Abs(price) <= TraceRules.MaxAmount && price != 0,
        $"A mark needs a symbol of 1 to {TraceRules.MaxSymbol} characters and a price from -{TraceRules.MaxAmount} to {TraceRules.MaxAmount} that is not 0.",
        () => Task.FromResult(desks.Orders.ReportMark(bot.Names.Canonical(symbol), price)));

    public async Task<TracePage<OrderView>> ListAsync(bool openOnly, int limit, string? before)
    {
        if (bot.State.Spec is null) return new([], null, Codes.UnknownBot);
        try
        {
            var page = await bot.Services.Stores.Risk.ListAsync(bot.Id, openOnly, limit, before, CancellationToken.None);
            var now = bot.Time.GetUtcNow();
            return new([.. page.Items.Select(o => desks.Orders.View(o, now))], page.Next, null);
        }
        catch (InvalidCursorException)
        {
            return new([], null, Codes.InvalidRequest);
        }
        catch (Exception)
        {
            return new([], null, Codes.DataUnavailable);
        }
    }

    private Task<RiskReport> TakePositionAsync(PositionReport report) => IfKnown(
        IsPosition(report.Symbol, report.Quantity) && IsPast(report.AsOf),
        $"A position needs a symbol of 1 to {TraceRules.MaxSymbol} characters, a quantity from -{TraceRules.MaxAmount} to {TraceRules.MaxAmount}, and an 'as_of' that is not ahead of now.",
        () => desks.Orders.ReportPositionAsync(report, bot.Names));

    private Task<RiskReport> IfKnown(bool valid, string rule, Func<Task<RiskReport>> report) =>
        bot.State.Spec is null ? Task.FromResult(new RiskReport(Codes.UnknownBot, "No such bot is registered."))
        : valid ? RecheckedAsync(report)
        : Task.FromResult(new RiskReport(Codes.InvalidRequest, rule));

    private async Task<RiskReport> RecheckedAsync(Func<Task<RiskReport>> report)
    {
        var answer = await report();
        lost.Recheck();
        desks.PublishTotals(realised: false);
        return answer;
    }

    private static bool IsPosition(string symbol, decimal quantity) => TraceText.IsLine(symbol, TraceRules.MaxSymbol) && Math.Abs(quantity) <= TraceRules.MaxAmount;

    private bool IsPast(DateTimeOffset? asOf) => asOf is null || asOf <= bot.Time.GetUtcNow() + bot.Services.Evidence.Traces.ClockTolerance;

    private static string Status(OrderEnd end) => end switch
    {
        OrderEnd.Filled => OrderStatus.Filled,
        OrderEnd.Canceled => OrderStatus.Canceled,
        OrderEnd.Open => OrderStatus.Open,
        _ => OrderStatus.Rejected,
    };
}
