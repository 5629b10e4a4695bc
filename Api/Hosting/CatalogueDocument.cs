using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Hosting;

/// <summary>Which variables each provider needs, as Markdown, straight from the catalogue. <c>docs/connect-your-keys.md</c> is this text.</summary>
internal static class CatalogueDocument
{
    private static readonly (string Category, string Title)[] s_sections =
    [
        ("market_data", "Market data"), ("broker", "Brokers and exchanges"), ("llm", "Language models"),
        ("notification", "Chat and notification"), ("storage", "Storage"), ("other", "Other"),
    ];

    private static readonly string[] s_rights = ["read", "trade", "infer", "withdraw"];

    public static string Write(ProviderCatalogue catalogue)
    {
        var text = new StringBuilder("""
            # Connect your keys

            Each provider needs all variables of one of its ways to connect. Names in parentheses are read when the first is absent.
            Optional variables stand behind a plus sign. Those with `_TESTNET_` or `_DEMO_` in their names are for bots that keep two pairs: what is verified is the
            pair under the plain names, at the host that the variable of the environment chooses. "Verify" says whether a harmless call exists that proves the key;
            a provider without one is never shown as connected and holds no gate.
            The steps at the provider's own site are on the page Connections, and in `how_to_connect` of `GET /api/integrations/ID`, where ID is the second column.

            "What it proves" names the rights of the key: `proven` means that the call itself needs the right, `by the answer` that the provider's answers grant or deny it,
            `implied` that every accepted key (or one of the kind that the answer names) has it, as the source in parentheses says, `denied by the answer` that the answer can only take it away.
            A right that is `unknown` shows the provider as degraded, and the provider still holds its gate; `ControlPlane__Integrations__ID__AcceptUnknown=true` lets it count.
            A key that lacks the right of its gate does not hold it. "What it does not" is for you to check.

            A private host or network (a model or a gateway of your own) must be named in `ControlPlane__Network__Allow`; this machine itself need not.
            Bases that the bots' own libraries read (`OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL`, `APCA_API_BASE_URL` and the like) do not change what is
            verified, unless they name a host of the provider itself: the row says when bots would call another host.

            This page is written by `dotnet run --project Api -- --catalogue`; a test fails when the two differ.

            ## Where to set them

            | you run it | do this |
            | --- | --- |
            | in a shell | `export POLYGON_API_KEY=...`, then start. A changed variable of the environment takes a restart |
            | on Replit | Tools, Secrets, New secret: name and value as below, then restart the Repl |
            | with Docker, Kubernetes, Vault Agent, CSI | one file a secret in a folder, named like the variable; set `ControlPlane__Secrets__Directory` to that folder. Changed files are taken over while it runs |

            When both hold a name, the environment wins. Values are trimmed; a blank one counts as absent.

            """);
        foreach (var (category, title) in s_sections)
        {
            var gate = GateNames.ForCategory(category);
            text.Append($"\n## {title}\n\n");
            if (GateCapabilities.ForGate(gate) is { } need)
                text.Append($"Any one of these that is verified, and whose key may {Job(need)}, holds the gate `{gate}`.\n\n");
            text.Append("| provider | id | variables | verify | environment or region | what it proves | what it does not |\n| --- | --- | --- | --- | --- | --- | --- |\n");
            foreach (var provider in catalogue.Providers.Where(p => p.Category == category))
            {
                text.Append($"| {provider.Name} | `{provider.Id}` | {Variables(provider)} | {Verify(provider)} | {Environments(provider)} | {Proofs(provider)} | {NotProven(provider)} |\n");
            }
        }

        return text.ToString();
    }

    private static string Variables(ProviderDefinition provider)
    {
        var ways = provider.Access.Select(access => string.Join(", ", access.Requires.Select(name => Name(provider, name) + (access.Only.GetValueOrDefault(name) is { } only ? $" = `{only}`" : ""))));
        var required = provider.Access.SelectMany(access => access.Requires).ToHashSet(StringComparer.Ordinal);
        var optional = provider.Variables.Where(v => !required.Contains(v.Name) && !v.BotBase).Select(v => $"`{v.Name}`").ToArray();
        return string.Join(" **or** ", ways) + (optional.Length == 0 ? "" : " + " + string.Join(", ", optional));
    }

    private static string Name(ProviderDefinition provider, string name)
    {
        var aliases = provider.Variables.First(v => v.Name == name).Aliases;
        return aliases.Count == 0 ? $"`{name}`" : $"`{name}` ({string.Join(", ", aliases.Select(a => $"`{a}`"))})";
    }

    /// <summary>The variable that chooses the environment or the host, its values, and which of them counts when it is absent.</summary>
    private static string Environments(ProviderDefinition provider) => provider switch
    {
        { EnvironmentBy: { } choice } => Choice(provider, choice.Variable, choice.Values),
        { BaseUrlBy: { Values.Count: > 1 } choice } => Choice(provider, choice.Variable, choice.Values.ToDictionary(pair => pair.Key, pair => pair.Key)),
        { Category: "broker" } => "live",
        _ => "-",
    };

    private static string Choice(ProviderDefinition provider, string variable, IReadOnlyDictionary<string, string> values)
    {
        var absent = provider.Variables.First(v => v.Name == variable).Default;
        return $"`{variable}`: " + string.Join(", ", values.Select(pair => $"`{pair.Key}`" + (pair.Key == pair.Value ? "" : $" is {pair.Value}") + (pair.Key == absent ? " (the default)" : "")));
    }

    /// <summary>What a good verify proves; by the way to connect where the ways differ.</summary>
    private static string Proofs(ProviderDefinition provider)
    {
        var ways = provider.Access.Where(a => a.Verify is not null).Select(a => (a.Name, Text: Proofs(a.Verify!))).ToArray();
        return ways.Select(way => way.Text).Distinct(StringComparer.Ordinal).Count() <= 1
            ? ways.FirstOrDefault().Text ?? "-"
            : string.Join("; ", ways.Select(way => $"{way.Name}: {way.Text}"));
    }

    /// <summary>Rights in the order of the contract; a finding of the answer can prove each of them or deny it.</summary>
    private static string Proofs(VerifyDefinition verify)
    {
        var told = verify.Findings.Concat(verify.Login?.Findings ?? []).Concat(verify.Then.SelectMany(follow => follow.Findings)).ToArray();
        var rights = s_rights.Select(right => Proof(right, verify, told)).OfType<string>();
        var text = string.Join(", ", rights);
        return text.Length == 0 ? "that the key is accepted" : text;
    }

    private static string? Proof(string right, VerifyDefinition verify, FindingDefinition[] told)
    {
        var known = verify.Capabilities.GetValueOrDefault(right);
        var (proves, implies, denies) = (Tells("proven"), Tells("implied"), Tells("missing"));
        if (proves is not null || (known?.Status == "proven" && denies is not null) || (right == "withdraw" && denies is not null)) return $"{right} by the answer";
        if (implies is not null) return $"{right} implied by the answer ({implies.Source})";
        if (known is null) return null;
        var text = known.Status == "implied" ? $"{right} implied ({known.Source})" : $"{right} {known.Status}";
        return denies is null ? text : $"{text}, or denied by the answer";

        FindingDefinition? Tells(string status) => told.FirstOrDefault(finding => finding.Capability == right && finding.Status == status);
    }

    /// <summary>What a good verify leaves open; by the way to connect where the ways differ.</summary>
    private static string NotProven(ProviderDefinition provider)
    {
        var ways = provider.Access.Where(a => a.Verify is not null).Select(a => (a.Name, Text: a.Verify!.NotProven)).ToArray();
        return ways.Select(way => way.Text).Distinct(StringComparer.Ordinal).Count() <= 1
            ? ways.FirstOrDefault().Text ?? "-"
            : string.Join("; ", ways.Where(way => way.Text is not null).Select(way => $"{way.Name}: {way.Text}"));
    }

    private static string Job(Capability need) => need switch
    {
        Capability.Read => "read data (`read`)",
        Capability.Trade => "place orders (`trade`)",
        _ => "run models (`infer`)",
    };

    private static string Verify(ProviderDefinition provider)
    {
        if (provider.Access.FirstOrDefault(a => a.Verify is not null)?.Verify is not { } verify) return $"no: {provider.NoVerifyReason}";
        var yes = $"yes, at most every {verify.MinIntervalS} s";
        var without = provider.Access.Where(a => a.Verify is null).Select(a => string.Join(", ", a.Requires.Select(name => $"`{name}`"))).ToArray();
        return without.Length == 0 ? yes : $"{yes}; not with {string.Join(" or ", without)} alone: {provider.NoVerifyReason}";
    }
}
