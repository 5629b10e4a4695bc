using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Tests.Gateway;

public sealed class PassagePolicyTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_openFor = TimeSpan.FromMinutes(5);

    [Fact]
    public void Sending_IsOnceAndOnlyFromAGrant()
    {
        var sent = PassagePolicy.Sending(Order(), s_now)!;
        Assert.Equal((PassageState.Sent, s_now, s_now + PassagePolicy.AnswerWithin), (sent.Passage!.State, sent.Passage.SentAt!.Value, sent.Passage.DueAt!.Value));
        Assert.Null(PassagePolicy.Sending(sent, s_now));
        Assert.Null(PassagePolicy.Sending(Order() with { Status = OrderStatus.Revoked }, s_now));
        Assert.Null(PassagePolicy.Sending(Order() with { Passage = null }, s_now));
        Assert.Null(PassagePolicy.Unsent(sent, s_now));
        Assert.Equal((OrderStatus.Revoked, null), (PassagePolicy.Unsent(Order(), s_now)!.Status, PassagePolicy.Unsent(Order(), s_now)!.ClientOrderId));
    }

    [Theory]
    [InlineData(OrderStatus.Open, 0.5, OrderStatus.Open, 0.5, 2, false)]
    [InlineData(OrderStatus.Filled, null, OrderStatus.Filled, 2, 2, false)]
    [InlineData(OrderStatus.Filled, 1.9, OrderStatus.Filled, 1.9, 1.9, false)]
    [InlineData(OrderStatus.Filled, 2.1, OrderStatus.Filled, 2.1, 2.1, false)]
    [InlineData(OrderStatus.Canceled, 0.5, OrderStatus.Canceled, 0.5, 2, false)]
    [InlineData(OrderStatus.Canceled, 0.0, OrderStatus.Canceled, 0, 2, true)]
    [InlineData(OrderStatus.Rejected, null, OrderStatus.Rejected, 0, 2, true)]
    [InlineData(null, null, OrderStatus.Open, 0, 2, false)]
    public void Seen_TakesTheProvidersWord(string? state, double? filled, string status, double seen, double quantity, bool settled)
    {
        var after = PassagePolicy.Seen(Sent(), new("o1", false, "p1", state, (decimal?)filled, 10), s_now, s_openFor)!;
        Assert.Equal((status, (decimal)seen, (decimal)quantity, "p1", settled), (after.Status, after.Passage!.Seen, after.Quantity, after.Passage.ProviderOrderId!, after.IsSettled));
        Assert.Equal(status == OrderStatus.Open, after.Passage.DueAt is not null);
    }

    [Fact]
    public void Refusal_EndsWhatWasSent_AndNothingThatTheProviderKnows()
    {
        var refusal = new OrderSight("o1", true, null, null, null, null);
        Assert.Equal(OrderStatus.Rejected, PassagePolicy.Seen(Sent(), refusal, s_now, s_openFor)!.Status);
        var known = PassagePolicy.Seen(Sent(), new("o1", false, "p1", OrderStatus.Open, 0, null), s_now, s_openFor)!;
        Assert.Null(PassagePolicy.Seen(known, refusal, s_now, s_openFor));
        Assert.Null(PassagePolicy.Seen(Order(), refusal, s_now, s_openFor));
    }

    [Fact]
    public void Order_TakenForDead_LivesAgain_WhenTheProviderHasIt()
    {
        var dead = PassagePolicy.Seen(Sent(), new("o1", true, null, null, null, null), s_now, s_openFor)!;
        Assert.True(dead.IsSettled);
        var alive = PassagePolicy.Seen(dead, new("o1", false, "p1", OrderStatus.Open, 0, null), s_now, s_openFor)!;
        Assert.Equal((OrderStatus.Open, null), (alive.Status, alive.EndedAt));
        Assert.False(PassagePolicy.Seen(dead, new("o1", false, "p1", OrderStatus.Filled, 2, 10), s_now, s_openFor)!.IsSettled);
    }

    /// <summary>Whatever answers, lists and look-ups say, in whatever order: fills never shrink, a sent order is never sent again, and what the provider
    /// last said of an end stands.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomAnswers_KeepTheInvariants(int seed)
    {
        var dice = new Random(seed);
        string?[] states = [null, OrderStatus.Open, OrderStatus.Filled, OrderStatus.Canceled, OrderStatus.Rejected];
        for (var run = 0; run < 2_000; run++)
        {
            var order = Order();
            var sends = 0;
            for (var step = 0; step < 12; step++)
            {
                var now = s_now.AddSeconds(step);
                var before = order;
                var sight = new OrderSight("o1", dice.Next(4) == 0, dice.Next(3) == 0 ? null : "p1", states[dice.Next(states.Length)], dice.Next(2) == 0 ? null : dice.Next(0, 5) / 2m, dice.Next(2) == 0 ? null : 10 + dice.Next(5));
                switch (dice.Next(5))
                {
                    case 0 when PassagePolicy.Sending(order, now) is { } sent:
                        order = sent;
                        sends++;
                        break;
                    case 1:
                        order = PassagePolicy.Postponed(order, now) ?? order;
                        break;
                    case 2:
                        order = PassagePolicy.DueNow(order, now) ?? order;
                        break;
                    default:
                        if (order.Passage!.State != PassageState.Granted) order = PassagePolicy.Seen(order, sight, now, s_openFor, fillsApart: dice.Next(2) == 0) ?? order;
                        break;
                }

                Assert.True(order.Passage!.Seen >= before.Passage!.Seen, "a fill shrank");
                Assert.True(order.Passage.Seen <= order.Quantity, "more is filled than the order has");
                Assert.True(sends <= 1, "sent twice");
                Assert.True(order.Beyond == 0 || !order.IsSettled, "a fill was forgotten");
                Assert.True(order.Status != OrderStatus.Open || order.Passage.DueAt is not null, "an open order that nobody looks after");
                Assert.False(order.Passage.State != PassageState.Granted && PassagePolicy.Sending(order, now) is not null, "may be sent again");
            }
        }
    }

    [Fact]
    public void FillsThatStandApart_AreAskedForAtOnce_AndUntilThenNothingIsReckoned()
    {
        var filled = PassagePolicy.Seen(Sent(), new("o1", false, "p1", OrderStatus.Filled, 2, 10), s_now, s_openFor, fillsApart: true)!;
        Assert.Equal((OrderStatus.Filled, null, s_now), (filled.Status, filled.Passage!.SeenPrice, filled.Passage.DueAt));
        var part = PassagePolicy.Seen(Sent(), new("o1", false, "p1", OrderStatus.Open, 1, 10), s_now, s_openFor, fillsApart: true)!;
        Assert.Equal(((DateTimeOffset?)s_now, (DateTimeOffset?)s_now), (part.Passage!.DueAt, part.Ended(OrderStatus.Canceled, s_now).Passage!.DueAt));
        var read = PassagePolicy.Seen(filled, new("o1", false, "p1", OrderStatus.Filled, 2, 11) { Fee = 1, FillsRead = true }, s_now, s_openFor)!;
        Assert.Equal((11m, 1m, (DateTimeOffset?)null), (read.Passage!.SeenPrice, read.Passage.SeenFee, read.Passage.DueAt));
    }

    [Fact]
    public void FillsThatNobodyTells_AreAskedForAgainEachTimeLater_AndNotForEver()
    {
        var order = PassagePolicy.Seen(Sent(), new("o1", false, "p1", OrderStatus.Filled, 2, 10), s_now, s_openFor, fillsApart: true)!;
        var (now, asked) = (s_now, 0);
        while (order.Passage!.DueAt is { } due && asked < 100)
        {
            Assert.True(due >= now && due - now <= TimeSpan.FromMinutes(1));
            now = due;
            order = PassagePolicy.Postponed(order, now)!;
            order = PassagePolicy.Seen(order, new("o1", false, "p1", OrderStatus.Filled, 2, 10), now, s_openFor, fillsApart: true)!;
            asked++;
        }

        Assert.Equal((20, null), (asked, order.Passage.SeenPrice));
        Assert.InRange(now - s_now, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20));
    }

    [Fact]
    public void Postponed_TakesAnOrderOnce_AndGoesFurtherEachTime()
    {
        var order = PassagePolicy.DueNow(Sent(), s_now)!;
        var first = PassagePolicy.Postponed(order, s_now)!;
        Assert.Null(PassagePolicy.Postponed(first, s_now));
        var second = PassagePolicy.Postponed(first, first.Passage!.DueAt!.Value)!;
        Assert.True(second.Passage!.DueAt - first.Passage.DueAt > first.Passage.DueAt - s_now);
    }

    private static GrantedOrder Sent() => PassagePolicy.Sending(Order(), s_now)!;

    private static GrantedOrder Order() => new("o1", "ES", OrderSide.Buy, 2, 10, OrderIntent.Open, 1, s_now, OrderStatus.Open, 0, null)
    {
        ClientOrderId = "c1",
        Passage = PassagePolicy.Grant(new("alpaca", "paper", "POST /v2/orders", "h", "{}", null), s_now, s_openFor),
    };
}
