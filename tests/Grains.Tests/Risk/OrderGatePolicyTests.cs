using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Tests.Risk;

/// <summary>Every combination of what the gate looks at.</summary>
public sealed class OrderGatePolicyTests
{
    private const long Epoch = 7;

    /// <param name="needs">What must hold for the intent to pass, in letters: Lease and epoch, Node, no Kill, Active.</param>
    [Theory]
    [InlineData(OrderIntent.Cancel, "L")]
    [InlineData(OrderIntent.Reduce, "LNK")]
    [InlineData(OrderIntent.Open, "LNKA")]
    public void Order_PassesWithAllThatItNeeds_AndWithNothingLess(OrderIntent intent, string needs)
    {
        var passed = 0;
        bool[] both = [false, true];
        foreach (var node in both)
        foreach (var killed in both)
        foreach (var lease in both)
        foreach (long? epoch in new long?[] { null, Epoch - 1, Epoch, Epoch + 1 })
        foreach (var state in Enum.GetValues<TradingState>())
        {
            var has = (lease && epoch == Epoch ? "L" : "") + (node ? "N" : "") + (killed ? "" : "K") + (state == TradingState.Active ? "A" : "");
            var refusals = OrderGatePolicy.Check(new("ES", OrderSide.Buy, 1, 1, intent, epoch, null), new(node, killed, lease, Epoch, Live: false, state, []));
            Assert.True(refusals.IsEmpty == needs.All(has.Contains), $"{intent} with {has}: {string.Join(", ", refusals)}");
            if (refusals.IsEmpty) passed++;
        }

        Assert.True(passed > 0);
    }
}
