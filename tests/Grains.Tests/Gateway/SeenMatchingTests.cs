using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Tests.Gateway;

public sealed class SeenMatchingTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Exit_ClosesTheOldest()
    {
        var matched = Match(Order("a", OrderSide.Buy, 1, 100, 0), Order("b", OrderSide.Buy, 3, 104, 1), Order("x", OrderSide.Sell, 2, 110, 2));
        Assert.Equal((1m, 1m, 2m), (matched["a"].Passage!.Matched, matched["b"].Passage!.Matched, matched["x"].Passage!.Matched));
        Assert.Equal((true, 2m, true), (matched["a"].IsSettled, matched["b"].Beyond, matched["x"].IsSettled));
    }

    [Fact]
    public void UnknownPrice_MatchesAllTheSame() =>
        Assert.Equal(1, Match(Order("a", OrderSide.Buy, 1, null, 0), Order("x", OrderSide.Sell, 1, 95, 1))["x"].Passage!.Matched);

    [Fact]
    public void ExitBeyondWhatIsHeld_IsHeldOnTheOtherSide()
    {
        var matched = Match(Order("a", OrderSide.Buy, 1, 100, 0), Order("x", OrderSide.Sell, 3, 101, 1));
        Assert.Equal((1m, 2m), (matched["x"].Passage!.Matched, matched["x"].Beyond));
    }

    [Fact]
    public void OnlyOneSide_MatchesNothing() => Assert.Empty(Match(Order("a", OrderSide.Buy, 1, 100, 0), Order("b", OrderSide.Buy, 1, 100, 1)));

    private static Dictionary<string, GrantedOrder> Match(params GrantedOrder[] orders) => SeenMatching.Match(orders).ToDictionary(o => o.OrderId);

    private static GrantedOrder Order(string id, OrderSide side, decimal seen, decimal? price, int second) =>
        new(id, "ES", side, seen, 100, side == OrderSide.Buy ? OrderIntent.Open : OrderIntent.Reduce, 1, s_noon, OrderStatus.Filled, 0, null)
        {
            Passage = new("alpaca", "paper", "POST /v2/orders", "h", "{}") { State = PassageState.Answered, Seen = seen, SeenPrice = price, SeenAt = s_noon.AddSeconds(second) },
        };
}
