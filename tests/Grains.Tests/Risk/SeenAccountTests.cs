using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Seen;

namespace ControlPlane.Grains.Tests.Risk;

/// <summary>What fills realise, held against a calculation that knows nothing of lots: one position, one average price.</summary>
public sealed class SeenAccountTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, GrantedOrder> _orders = [];
    private readonly List<SeenClose> _closes = [];
    private IReadOnlyList<SeenLot> _lots = [];
    private int _clock;

    [Fact]
    public void Exit_RealisesAgainstTheAveragePrice_WhateverItLeaves()
    {
        Fill("a", OrderSide.Buy, 1, 100, 50);
        Fill("b", OrderSide.Buy, 3, 104, 50);
        Fill("x", OrderSide.Sell, 2, 110, 50);
        Assert.Equal((110m - 103m) * 2 * 50, Pnl("x"));
        Fill("y", OrderSide.Sell, 2, 110, 50);
        Assert.Equal(((4 * 110m) - 412m) * 50, Pnl("x") + Pnl("y"));
        Assert.Empty(_lots);
    }

    [Fact]
    public void Short_EarnsWhenThePriceFalls()
    {
        Fill("a", OrderSide.Sell, 1, 100);
        Fill("x", OrderSide.Buy, 1, 95);
        Assert.Equal(5, Pnl("x"));
    }

    [Fact]
    public void GrowingFills_AreBookedByWhatTheyGrewBy_AndOnce()
    {
        Fill("a", OrderSide.Buy, 1, 100);
        Fill("x", OrderSide.Sell, 1, 110);
        Fill("a", OrderSide.Buy, 3, 102);
        Fill("x", OrderSide.Sell, 3, 112);
        Assert.Equal(10 + (2 * (113 - 103)), Pnl("x"));
        Fill("x", OrderSide.Sell, 3, 112);
        Assert.Equal(30, Pnl("x"));
    }

    [Fact]
    public void UnknownPrice_IsBookedOnceItIsKnown()
    {
        Fill("a", OrderSide.Buy, 2, 100);
        Fill("x", OrderSide.Sell, 2, null);
        Assert.Empty(_closes);
        Fill("x", OrderSide.Sell, 2, 90);
        Assert.Equal(-20, Pnl("x"));
    }

    [Fact]
    public void ExitThatIsSeenBeforeItsEntry_RealisesWhenTheEntryIsSeen()
    {
        Grant("a", OrderSide.Buy, OrderIntent.Open);
        Fill("x", OrderSide.Sell, 1, 90);
        Assert.False(Assert.Single(_lots).Opens);
        Fill("a", OrderSide.Buy, 1, 100);
        Assert.Equal(-10, Pnl("x"));
        Assert.Empty(_lots);
    }

    [Fact]
    public void ExitOfAnEntryThatNobodySaw_IsNoEntry()
    {
        Fill("x", OrderSide.Sell, 1, 110);
        Fill("later", OrderSide.Buy, 1, 90);
        Assert.Empty(_closes);
        Assert.Equal([("later", true), ("x", false)], _lots.Select(lot => (lot.OrderId, lot.Opens)).Order());
    }

    [Fact]
    public void OpeningOrderBeyondWhatIsHeld_ClosesItAndHoldsTheRest()
    {
        Fill("a", OrderSide.Buy, 1, 100);
        Fill("b", OrderSide.Sell, 3, 101, intent: OrderIntent.Open);
        Assert.Equal((1, 2, OrderSide.Sell), (Pnl("b"), Assert.Single(_lots).Units, _lots[0].Side));
    }

    [Fact]
    public void Fees_LowerTheResult_AndAreTakenOnce()
    {
        Fill("a", OrderSide.Buy, 2, 100, 10, fee: 4);
        Fill("x", OrderSide.Sell, 1, 100, 10, fee: 1);
        Assert.Equal(-3, Pnl("x"));
        Fill("x", OrderSide.Sell, 2, 100, 10, fee: 2);
        Assert.Equal(-6, Pnl("x"));
    }

    [Fact]
    public void AnyHistory_RealisesWhatOnePositionWithAnAveragePriceDoes()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var dice = new Random(seed);
            var (held, average, realised) = (0m, 0m, 0m);
            var test = new SeenAccountTests();
            var multiplier = dice.Next(1, 60);
            var told = new Dictionary<string, (OrderSide Side, decimal Units, decimal Value)>();
            for (var step = 0; step < 60; step++)
            {
                // A new order, or one that fills further; what is bought and sold overlaps.
                var id = $"o{dice.Next(Math.Max(1, step / 2), (step / 2) + 3)}";
                var side = told.TryGetValue(id, out var known) ? known.Side : dice.Next(2) == 0 ? OrderSide.Buy : OrderSide.Sell;
                var (units, price) = (dice.Next(1, 40) / 10m, 50 + (dice.Next(0, 10_000) / 100m));
                told[id] = (side, known.Units + units, known.Value + (units * price));
                test.Fill(id, side, told[id].Units, told[id].Value / told[id].Units, multiplier, OrderIntent.Open);

                var signed = side == OrderSide.Buy ? units : -units;
                if (held == 0 || Math.Sign(held) == Math.Sign(signed))
                {
                    average = ((average * Math.Abs(held)) + (price * units)) / (Math.Abs(held) + units);
                    held += signed;
                    continue;
                }

                var closed = Math.Min(Math.Abs(held), units);
                realised += Math.Sign(held) * (price - average) * closed * multiplier;
                held += signed;
                if (closed < units) average = price;
            }

            Assert.Equal(realised, test._closes.Sum(close => close.Pnl), 9);
            Assert.Equal(held, test._lots.Sum(lot => lot.Side == OrderSide.Buy ? lot.Units : -lot.Units));
            if (held != 0) Assert.Equal(average, test._lots.Sum(lot => lot.Units * lot.Price) / test._lots.Sum(lot => lot.Units), 9);
        }
    }

    private decimal Pnl(string exit) => _closes.Where(close => close.ExitOrderId == exit).Sum(close => close.Pnl);

    private GrantedOrder Grant(string id, OrderSide side, OrderIntent intent, decimal multiplier = 1) => _orders[id] = new(
        id, "ES", side, 1_000, 100, intent, 1, s_noon.AddSeconds(_clock++), OrderStatus.Open, 0, null)
    {
        Multiplier = multiplier,
        Passage = new("alpaca", "paper", "POST /v2/orders", "h", "{}") { State = PassageState.Answered, Booked = 0 },
    };

    /// <param name="units">Filled so far.</param>
    /// <param name="price">Average of it.</param>
    private void Fill(string id, OrderSide side, decimal units, decimal? price, decimal multiplier = 1, OrderIntent? intent = null, decimal? fee = null)
    {
        var order = _orders.GetValueOrDefault(id) ?? Grant(id, side, intent ?? (id is "x" or "y" ? OrderIntent.Reduce : OrderIntent.Open), multiplier);
        var now = s_noon.AddSeconds(_clock++);
        order = PassagePolicy.Seen(order, new(id, false, "p" + id, OrderStatus.Open, units, price) { Fee = fee }, now, TimeSpan.FromSeconds(60))!;
        if (SeenAccount.Book(order, _lots, new(string.Equals, _ => 1, "USD"), now) is { } booking)
        {
            (order, _lots) = (booking.Order, booking.Lots);
            _closes.AddRange(booking.Closes);
        }

        _orders[id] = order;
    }
}
