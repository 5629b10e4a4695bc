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
            Optional variables stand behind a plus sign. "Verify" says whether a harmless call exists that proves the key;
            a provider without one is never shown as connected and holds no gate.
            "What it proves" names the rights of the key: `proven` means that the call itself needs the right, `by the answer` means that the provider's answer grants or denies the right,
            `implied` that every accepted key (or one of the kind that the answer names) has it, as the source in parentheses says, `denied by the answer` that the answer can only take it away. A right that nobody can tell degrades the provider,
            unless `ControlPlane__Integrations__ID__AcceptUnknown` is set; a key that lacks the right of its gate does not hold it.

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
                text.Append($"Any one of these that is verified, and whose key has the right to {need.ToString().ToLowerInvariant()}, holds the gate `{gate}`.\n\n");
            text.Append("| provider | id | variables | verify | environments | what it proves | what it does not |\n| --- | --- | --- | --- | --- | --- | --- |\n");
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

    private static string Environments(ProviderDefinition provider) => provider switch
    {
        { EnvironmentBy: { } choice } => $"`{choice.Variable}`: " + string.Join(", ", choice.Values.Select(pair => pair.Key == pair.Value ? $"`{pair.Key}`" : $"`{pair.Key}` is {pair.Value}")),
        { Category: "broker" } => "live",
        _ => "-",
    };

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

    private static string NotProven(ProviderDefinition provider)
    {
        var texts = provider.Access.Select(a => a.Verify?.NotProven).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        return texts.Length == 0 ? "-" : string.Join("; ", texts);
    }

    private static string Verify(ProviderDefinition provider)
    {
        if (provider.Access.FirstOrDefault(a => a.Verify is not null)?.Verify is not { } verify) return $"no: {provider.NoVerifyReason}";
        var yes = $"yes, at most every {verify.MinIntervalS} s";
        var without = provider.Access.Where(a => a.Verify is null).Select(a => string.Join(", ", a.Requires.Select(name => $"`{name}`"))).ToArray();
        return without.Length == 0 ? yes : $"{yes}; not with {string.Join(" or ", without)} alone: {provider.NoVerifyReason}";
    }
}
