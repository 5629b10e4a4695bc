using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class AgreementPolicyTests
{
    [Theory]
    [InlineData("0.1.0+abc/aa", GateRefusal.None)]
    [InlineData("0.1.0+abc/bb", GateRefusal.OtherConfiguration)]
    [InlineData("0.1.0+def/aa", GateRefusal.OtherVersion)]
    [InlineData("", GateRefusal.OtherVersion)]
    [InlineData(null, GateRefusal.OtherVersion)]
    public void Node_IsTakenOnlyWithTheSameBuildAndSettings(string? node, GateRefusal expected) =>
        Assert.Equal(expected, AgreementPolicy.Evaluate(new NodeConfiguration("0.1.0+abc", "aa"), node));
}
