using System.Security.Cryptography;
using System.Text;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>The chain's hash: SHA-256 over every field with its length in front, so that no two facts read the same.</summary>
public static class AuditHash
{
    /// <summary>The hash before the first entry.</summary>
    public static string Genesis { get; } = new('0', 64);

    public static string Compute(long sequence, AuditFact fact, string previousHash)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        Add("v1");
        Add(sequence.ToString());
        Add(previousHash);

        // Microseconds: the finest that every store keeps.
        Add((fact.At.UtcTicks / 10).ToString());
        Add(fact.By.Name);
        Add(fact.By.Role);
        Add(fact.By.TraceId);
        Add(fact.Action);
        Add(fact.Target);
        Add(fact.Outcome);
        Add(fact.Details.Count.ToString());
        foreach (var (name, value) in fact.Details.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            Add(name);
            Add(value);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
