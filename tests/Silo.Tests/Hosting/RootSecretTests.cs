using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Hosting.Cluster;
using ControlPlane.Silo.Hosting.Settings;

namespace ControlPlane.Silo.Tests.Hosting;

public sealed class RootSecretTests
{
    private const string ClusterKey = "cluster-key-0123456789-abcdef";
    private const string Token = "operator-token-0123456789-abc";
    private const string KeptToken = "kept-operator-token-0123456789";

    [Fact]
    public void Cluster_KeyAndToken_TakesTheClusterKey() =>
        Assert.Equal(Derived(ClusterKey), Read(clustered: true, (ControlPlaneKeys.ClusterKeyName, ClusterKey), (RootSecret.OperatorTokenName, Token)));

    [Fact]
    public void Cluster_TokenAlone_TakesTheToken() =>
        Assert.Equal(Derived(Token), Read(clustered: true, (RootSecret.OperatorTokenName, Token)));

    [Fact]
    public void Embedded_KeyAndToken_TakesTheToken() =>
        Assert.Equal(Derived(Token), Read(clustered: false, (ControlPlaneKeys.ClusterKeyName, ClusterKey), (RootSecret.OperatorTokenName, Token)));

    [Fact]
    public void Embedded_NoTokenGiven_TakesTheOneOfTheDataFolder() =>
        Assert.Equal(Derived(KeptToken), RootSecret.Read(new Given([]), new Kept(KeptToken), clustered: false).Derive(KeyPurposes.Join));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NoSecretAtAll_IsAWrongSettingThatNamesWhatToSet(bool clustered)
    {
        var wrong = Assert.Throws<WrongSettingsException>(() => RootSecret.Read(new Given([]), null, clustered));
        Assert.Contains(RootSecret.OperatorTokenName, wrong.Message, StringComparison.Ordinal);
        if (clustered) Assert.Contains(ControlPlaneKeys.ClusterKeyName, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ShortClusterKey_IsAWrongSettingAndNeverReplacedByTheToken()
    {
        var wrong = Assert.Throws<WrongSettingsException>(() => Read(clustered: true, (ControlPlaneKeys.ClusterKeyName, "too-short"), (RootSecret.OperatorTokenName, Token)));
        Assert.Contains(ControlPlaneKeys.ClusterKeyName, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("too-short", wrong.Message, StringComparison.Ordinal);
    }

    private static byte[] Read(bool clustered, params (string Name, string Value)[] given) =>
        RootSecret.Read(new Given(given.ToDictionary(g => g.Name, g => g.Value)), null, clustered).Derive(KeyPurposes.Join);

    private static byte[] Derived(string root) => new ControlPlaneKeys(new Secret(root)).Derive(KeyPurposes.Join);

    private sealed record Kept(string? Token) : IOperatorTokenFile;

    private sealed class Given(Dictionary<string, string> values) : ISecretSource
    {
        public long Version => 1;

        public event Action? Changed
        {
            add { }
            remove { }
        }

        public Secret? Find(string name) => values.TryGetValue(name, out var value) ? new Secret(value) : null;
    }
}
