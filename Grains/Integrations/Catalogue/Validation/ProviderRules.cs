namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>The rules of one provider, apart from those between providers.</summary>
internal static class ProviderRules
{
    public static IReadOnlyList<string> Categories { get; } = ["market_data", "broker", "llm", "notification", "storage", "other"];

    public static void Check(ProviderDefinition provider, FieldErrors errors)
    {
        errors.Expect(NamePatterns.IsProviderId(provider.Id), "id",
            "must be 2 to 40 lower-case letters, digits and underscores and start with a letter. Rename it.");
        errors.Expect(!string.IsNullOrWhiteSpace(provider.Name), "name", "must not be blank. Write the name people know the provider by.");
        errors.Expect(Categories.Contains(provider.Category), "category", $"must be one of {string.Join(", ", Categories)}.");

        var variables = VariableRules.Check(provider.Variables, errors);
        BaseUrlRules.Check(provider, variables, errors);
        CapabilityRules.CheckEnvironment(provider, variables, errors.At("environment_by"));
        CheckSteps(provider, errors);
        CheckAccess(provider, variables, errors);
        if (provider.Gateway is { } gateway)
            GatewayRules.Check(gateway, variables, errors.At("gateway"));
    }

    private static void CheckSteps(ProviderDefinition provider, FieldErrors errors)
    {
        errors.Expect(provider.HowToConnect.Count > 0, "how_to_connect", "must have at least one step. Say where a key comes from.");
        for (var i = 0; i < provider.HowToConnect.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(provider.HowToConnect[i]))
                errors.At("how_to_connect", i).Add("must not be blank. Remove it or write a step.");
        }
    }

    private static void CheckAccess(ProviderDefinition provider, IReadOnlyDictionary<string, VariableDefinition> variables, FieldErrors errors)
    {
        errors.Expect(provider.Access.Count > 0, "access", "must have at least one way to connect. Add one with the variables it requires.");
        errors.Expect(
            provider.Access.All(access => access.Verify is not null) || !string.IsNullOrWhiteSpace(provider.NoVerifyReason),
            "no_verify_reason",
            "must say why, as a way to connect has no verify. Write the reason or add a verify.");

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < provider.Access.Count; i++)
        {
            var access = provider.Access[i];
            var at = errors.At("access", i);
            if (at.Expect(!string.IsNullOrWhiteSpace(access.Name), "name", "must not be blank. Name the way to connect, for example: API key."))
                at.Expect(names.Add(access.Name), "name", "is used by another way to connect. Choose another name.");

            at.Expect(access.Requires.Count > 0, "requires", "must name at least one variable.");
            at.Expect(access.Requires.Distinct(StringComparer.Ordinal).Count() == access.Requires.Count, "requires", "must name each variable once.");
            for (var j = 0; j < access.Requires.Count; j++)
            {
                if (!variables.ContainsKey(access.Requires[j]))
                    at.At("requires", j).Add($"{access.Requires[j]} is not the main name of a variable. Declare it under variables or correct the name.");
            }

            foreach (var name in access.Only.Keys)
                at.At("only").Expect(variables.TryGetValue(name, out var variable) && !variable.Secret, name, "must be the main name of a variable that is not secret.");
            if (access.Verify is not null)
                new VerifyRules(provider, access, variables).Check(access.Verify, at.At("verify"));
        }
    }
}
