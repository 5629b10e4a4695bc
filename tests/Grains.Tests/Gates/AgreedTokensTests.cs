using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Grains.Tests.Cluster;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class AgreedTokensTests
{
    private const string Token = "operator-token-of-the-agreement-1";
    private readonly ControlPlaneKeys _keys = new(new Secret("root-secret-of-the-tests-0123456789"));

    [Theory]
    [InlineData("CONTROLPLANE_OPERATOR_TOKEN")]
    [InlineData("CONTROLPLANE_RUNNER_TOKEN")]
    [InlineData("CONTROLPLANE_VIEWER_TOKEN")]
    [InlineData("CONTROLPLANE_COMPONENT_TOKEN")]
    public void Hash_AnotherTokenOfAnyRole_Differs(string name)
    {
        var (one, same, other, none) = (Of(name, Token), Of(name, Token), Of(name, Token + "2"), new AgreedTokens(new TestSecrets(), _keys, null));
        Assert.Equal(one.Hash(), same.Hash());
        Assert.Equal(3, new[] { one.Hash(), other.Hash(), none.Hash() }.Distinct().Count());
        Assert.DoesNotContain(Token, one.Hash(), StringComparison.Ordinal);
    }

    [Fact]
    public void Hash_SameTokenInAnotherRole_Differs() =>
        Assert.NotEqual(Of("CONTROLPLANE_RUNNER_TOKEN", Token).Hash(), Of("CONTROLPLANE_VIEWER_TOKEN", Token).Hash());

    [Fact]
    public void Hash_OperatorTokenOfTheDataFolder_CountsAsIfGiven() =>
        Assert.Equal(Of("CONTROLPLANE_OPERATOR_TOKEN", Token).Hash(), new AgreedTokens(new TestSecrets(), _keys, new Kept(Token)).Hash());

    [Fact]
    public void Agreement_TokenChangesWhileTheProcessRuns_IsFollowed()
    {
        var secrets = new TestSecrets();
        secrets.Set("CONTROLPLANE_OPERATOR_TOKEN", Token);
        var agreement = new NodeAgreement(new("v", "f"), new AgreedTokens(secrets, _keys, null));
        var before = agreement.Text;
        secrets.Set("CONTROLPLANE_OPERATOR_TOKEN", Token + "2");
        Assert.NotEqual(before, agreement.Text);
        Assert.Equal("v", NodeConfiguration.Parse(agreement.Text)!.Version);
    }

    private AgreedTokens Of(string name, string token)
    {
        var secrets = new TestSecrets();
        secrets.Set(name, token);
        return new(secrets, _keys, null);
    }

    private sealed record Kept(string? Token) : IOperatorTokenFile;
}
