using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Tests.Integrations.Verification;

namespace ControlPlane.Grains.Tests.Integrations.Catalogue;

public sealed class CatalogueSourceTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(userPath: null);

    public static TheoryData<string> Ids => [.. s_catalogue.Providers.Select(provider => provider.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Entry_RefusalThatCountsAsGood_NamesItsSource(string id)
    {
        var rules = Verifies(id).SelectMany(verify => verify.Outcomes.Concat(verify.Login?.Outcomes ?? []).Concat(verify.Then.SelectMany(follow => follow.Outcomes)));

        Assert.All(
            rules.Where(rule => rule.Verdict.StartsWith("valid", StringComparison.Ordinal) && rule.Status.Any(status => status >= 400)),
            rule => Assert.False(string.IsNullOrWhiteSpace(rule.Source), $"{id}: {rule.Verdict} {rule.Code} with {string.Join(", ", rule.Status)} names no source."));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Entry_OfAGate_SaysHowItsCapabilityIsKnown(string id)
    {
        if (Needed(id) is not { } need)
            return;
        Assert.All(Verifies(id), verify => Assert.Contains(need, verify.Capabilities.Keys));
    }

    /// <summary>Whatever holds a gate has been seen to refuse a key that can't do its job.</summary>
    [Fact]
    public void Entry_OfAGateWithAVerify_IsPlayedWithAKeyThatCanDoNothing()
    {
        var played = KeysThatCanDoNothing.Cases.Select(row => row.Data.Item1).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(s_catalogue.Providers.Where(provider => Needed(provider.Id) is not null && Verifies(provider.Id).Any()).Select(provider => provider.Id).Except(played));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Entry_NarrowerThanAskedFor_StillDoesWhatItsGateStandsFor(string id)
    {
        var need = Needed(id);
        foreach (var rule in Verifies(id).SelectMany(verify => verify.Outcomes))
        {
            if (rule.Verdict == "valid_limited")
                Assert.True(need is null || rule.Capabilities.GetValueOrDefault(need) is "unknown" or "implied" or "proven", $"{id}: {rule.Code} does not say what is left.");
            if (rule.Verdict == "valid_billing" && need is not null)
                Assert.True(rule.Capabilities.ContainsKey(need), $"{id}: {rule.Code} does not say whether the provider still serves the account.");
            if (rule.Verdict == "valid_billing" && need == "infer")
                Assert.Equal("missing", rule.Capabilities[need]);
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Entry_BrokerWithSeveralHosts_NamesTheEnvironmentOfEach(string id)
    {
        var provider = s_catalogue.Find(id)!;
        if (provider.Category == "broker" && provider.BaseUrlBy is { } bases)
            Assert.Equal(bases.Values.Keys.Order(), provider.EnvironmentBy!.Values.Keys.Order());
    }

    private static IEnumerable<VerifyDefinition> Verifies(string id) => s_catalogue.Find(id)!.Access.Select(access => access.Verify).OfType<VerifyDefinition>();

    private static string? Needed(string id) => GateCapabilities.ForGate(GateNames.ForCategory(s_catalogue.Find(id)!.Category))?.ToString().ToLowerInvariant();
}
