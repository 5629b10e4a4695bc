namespace ControlPlane.Grains.Secrets;

/// <summary>What a secret may be called, and which names of the environment sound like one.</summary>
public static class SecretName
{
    private static readonly string[] Marks =
        ["KEY", "APIKEY", "TOKEN", "SECRET", "SEC", "PASSWORD", "PASSWD", "PASSPHRASE", "PAT", "PK", "DSN", "CREDENTIAL", "CREDENTIALS"];

    private static readonly string[] Endings = ["WEBHOOK_URL", "WEBHOOK", "DATABASE_URL", "REDIS_URL", "PRIVATE_KEY", "APIKEY", "PASSWORD", "SECRET"];

    /// <summary><c>[A-Za-z][A-Za-z0-9_]*</c>, at most 128 characters.</summary>
    public static bool IsValid(string? name)
    {
        if (name is not { Length: > 0 and <= 128 } || !char.IsAsciiLetter(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }
        return true;
    }

    /// <summary>True for a variable whose value must be kept out of logs although nobody has asked for it.</summary>
    public static bool SoundsSecret(string name)
    {
        if (name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase))
            return true;
        var last = name[(name.LastIndexOf('_') + 1)..];
        return Marks.Contains(last, StringComparer.OrdinalIgnoreCase)
            || Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }
}
