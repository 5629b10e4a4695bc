using ControlPlane.Dashboard.Views.Connections;

namespace ControlPlane.Dashboard.Tests.Views;

public sealed class HeldOrderTests
{
    [Fact]
    public void Held_KeepsTheOrder_CountsWhatMoved_AndLetsRowsComeAndGo()
    {
        var order = new HeldOrder();
        order.Hold(["a", "b", "c"]);
        Assert.Equal(["a", "b", "d"], order.Apply<string>(["d", "b", "a"], key => key));
        Assert.Equal(2, order.Changes);
        order.Release();
        Assert.Equal(["d", "b", "a"], order.Apply<string>(["d", "b", "a"], key => key));
        Assert.Equal(0, order.Changes);
    }
}
