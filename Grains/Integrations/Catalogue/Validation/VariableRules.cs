namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

internal static class VariableRules
{
    /// <summary>Checks the variables and returns them by main name.</summary>
    public static Dictionary<string, VariableDefinition> Check(IReadOnlyList<VariableDefinition> variables, FieldErrors errors)
    {
        errors.Expect(variables.Count > 0, "variables", "must declare at least one variable.");

        var byName = new Dictionary<string, VariableDefinition>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < variables.Count; i++)
        {
            var variable = variables[i];
            var at = errors.At("variables", i);
            CheckName(variable.Name, taken, at.At("name"));
            byName.TryAdd(variable.Name, variable);
            for (var j = 0; j < variable.Aliases.Count; j++)
                CheckName(variable.Aliases[j], taken, at.At("aliases", j));

            CheckFormat(variable.Format, at);
            CheckWrongKinds(variable.WrongKinds, at);
            at.Expect(!variable.BotBase || !variable.Secret, "bot_base", "is for addresses, which are not secret. Set secret to false.");
            at.Expect(variable.Default is null || !variable.Secret, "default", "is not allowed on a secret variable. Remove it, or set secret to false.");
        }

        return byName;
    }

    public static bool IsFormat(string format)
    {
        try
        {
            SecretFormatCheck.Compile(format);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void CheckName(string name, HashSet<string> taken, FieldErrors errors)
    {
        if (!NamePatterns.IsVariable(name))
            errors.Add("must be 2 to 64 upper-case letters, digits and underscores and start with a letter. Rename it.");
        else if (!taken.Add(name))
            errors.Add($"{name} is declared twice, as a name or an alias. Keep one of them.");
    }

    private static void CheckWrongKinds(IReadOnlyList<WrongKindDefinition> kinds, FieldErrors errors)
    {
        for (var i = 0; i < kinds.Count; i++)
        {
            var at = errors.At("wrong_kinds", i);
            at.Expect((kinds[i].Format is null) != (kinds[i].Claim is null), "format", "or claim must be given, and not both.");
            at.Expect((kinds[i].Claim is null) == (kinds[i].Value is null), "value", "belongs to a claim.");
            CheckFormat(kinds[i].Format, at);
        }
    }

    private static void CheckFormat(string? format, FieldErrors errors) =>
        errors.Expect(format is null || IsFormat(format), "format", "must be a .NET regular expression without look-around and back-references. Simplify it, or leave it out.");
}
