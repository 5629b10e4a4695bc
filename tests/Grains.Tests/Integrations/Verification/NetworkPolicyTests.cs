using System.Net;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class NetworkPolicyTests
{
    private static readonly NetworkPolicy s_policy = new(new NetworkOptions { Allow = "ollama.lan, 192.168.1.0/24,10.0.0.5, fd12:3456::/32,169.254.0.0/16" });

    [Theory]
    [InlineData("http://ollama.lan:11434", true)]
    [InlineData("http://OLLAMA.LAN", true)]
    [InlineData("http://192.168.1.77", true)]
    [InlineData("http://10.0.0.5:8000/v1", true)]
    [InlineData("http://[fd12:3456::9]", true)]
    [InlineData("http://192.168.2.1", false)]
    [InlineData("http://10.0.0.6", false)]
    [InlineData("http://other.lan", false)]
    [InlineData("http://169.254.169.254", false)]
    [InlineData("http://sub.ollama.lan", false)]
    public void Names_Address_OnlyWhatTheListHolds(string address, bool expected) => Assert.Equal(expected, s_policy.Names(new Uri(address)));

    [Theory]
    [InlineData("ollama.lan", "10.9.9.9", true)]
    [InlineData("ollama.lan", "127.0.0.1", true)]
    [InlineData("ollama.lan", "169.254.169.254", false)]
    [InlineData("ollama.lan", "::ffff:169.254.169.254", false)]
    [InlineData("ollama.lan", "fd00:ec2::254", false)]
    [InlineData("192.168.1.77", "192.168.1.77", true)]
    [InlineData("other.lan", "10.9.9.9", false)]
    public void Allows_WhereANameLeads_NeverMetadata(string host, string address, bool expected) => Assert.Equal(expected, s_policy.Allows(host, IPAddress.Parse(address)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ollama.lan")]
    [InlineData("10.0.0.0/8,fd00::/16, localhost")]
    public void Errors_GoodList_None(string? allow) => Assert.Empty(new NetworkOptions { Allow = allow }.Errors());

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("a.lan,169.254.169.254")]
    [InlineData("169.254.0.0/16")]
    [InlineData("metadata.google.internal")]
    [InlineData("http://ollama.lan")]
    [InlineData("ollama.lan:11434")]
    [InlineData("*.lan")]
    public void Errors_WrongEntry_IsNamedByItsPosition(string allow) =>
        Assert.Contains($"entry {allow.Split(',').Length} ", Assert.Single(new NetworkOptions { Allow = allow }.Errors()), StringComparison.Ordinal);

    [Fact]
    public void None_AllowsNothing() => Assert.False(NetworkPolicy.None.Names(new Uri("http://10.0.0.5")));
}
