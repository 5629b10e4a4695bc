using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Marks;

namespace ControlPlane.Grains.Tests.Risk;

public sealed class IndependentMarkTests
{
    private static readonly OrderCheck s_order = new("ES", OrderSide.Buy, 1, 105, OrderIntent.Open, 1, null);

    [Fact]
    public void Order_WithoutAnIndependentMark_IsRefusedLive_AndPassesOnPaper()
    {
        Assert.Null(IndependentMarkPolicy.Check(s_order, [], 5, live: false));
        Assert.Equal(NoTradeCodes.DataStale, IndependentMarkPolicy.Check(s_order, [], 5, live: true)!.Code);
    }

    [Theory]
    [InlineData(105, true)]
    [InlineData(105.01, false)]
    [InlineData(95, true)]
    [InlineData(94.99, false)]
    public void Order_FarFromWhatOthersTradedAt_IsRefused(double price, bool passes) =>
        Assert.Equal(passes, IndependentMarkPolicy.Check(s_order with { Price = (decimal)price }, [100], 5, live: true) is null);

    [Fact]
    public void OneBotsNonsense_HoldsNobody_WhereThereIsASecond()
    {
        Assert.NotNull(IndependentMarkPolicy.Check(s_order, [100_000], 5, live: false));
        Assert.Null(IndependentMarkPolicy.Check(s_order, [100_000, 104], 5, live: false));
    }

    [Fact]
    public void Exit_IsNeverHeld() => Assert.Null(IndependentMarkPolicy.Check(s_order with { Intent = OrderIntent.Reduce, Price = 1 }, [100], 5, live: true));

    [Fact]
    public void Price_AtTheEdges_RefusesAndNeverThrows()
    {
        foreach (var price in new decimal?[] { null, decimal.MaxValue, decimal.MinValue }) Assert.NotNull(IndependentMarkPolicy.Check(s_order with { Price = price }, [0.0000000000000000000000000001m], 5, live: true));
        Assert.NotNull(IndependentMarkPolicy.Check(s_order, [0], 5, live: true));
        Assert.Null(IndependentMarkPolicy.Check(s_order with { Price = -37 }, [-36], 5, live: true));
    }
}
