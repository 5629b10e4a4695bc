using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Integrations.Policy;

public sealed class ShortSecretPolicyTests
{
    private static readonly ProviderDefinition s_provider = CatalogueLoader.Load(null).Find("ironbeam")!;

    [Fact]
    public void Find_ASecretTooShortToRedact_NamesItAndDegradesNothing()
    {
        var secret = s_provider.Variables.First(v => v.Secret).Name;
        var reason = Find(secret, "pw12");
        Assert.NotNull(reason);
        Assert.Equal((Codes.SecretNotRedacted, Severity.Info), (reason.Code, reason.Severity));
        Assert.Contains(secret, reason.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw12", reason.Message + reason.SuggestedFix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("long-enough", true)]
    [InlineData("4711", false)]
    public void Find_NothingOfThatKind_SaysNothing(string value, bool secret)
    {
        var name = s_provider.Variables.FirstOrDefault(v => v.Secret == secret)?.Name;
        Assert.Null(Find(name ?? "NO_SUCH_VARIABLE", value));
    }

    private static Reason? Find(string name, string value) =>
        ShortSecretPolicy.Find(s_provider, new Dictionary<string, Secret> { [name] = new(value) }, DateTimeOffset.UnixEpoch);
}
