import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Validates PDF files against one PDF/A flavour with veraPDF's own engine.
 *
 * <p>Arguments: flavour ("3b"), then files. Answers on the standard output, tabs between the columns:
 * one line {@code VERDICT, index, PASS or FAIL, number of assertions} per file, after one line
 * {@code FAULT, index, rule, times, message} per rule that the file breaks.
 */
public final class Validate {
  private Validate() {}

  public static void main(String[] arguments) {
    VeraGreenfieldFoundryProvider.initialise();
    PDFAFlavour flavour = PDFAFlavour.fromString(arguments[0]);
    for (int index = 0; index + 1 < arguments.length; index++) {
      try (PDFAParser parser =
              Foundries.defaultInstance().createParser(new File(arguments[index + 1]), flavour);
          PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
        report(index, validator.validate(parser));
      } catch (Exception error) {
        answer("FAULT", index, "unreadable", 1, error);
        answer("VERDICT", index, "FAIL", 0);
      }
    }
  }

  private static void report(int index, ValidationResult result) {
    Map<String, Integer> times = new TreeMap<>();
    Map<String, String> messages = new TreeMap<>();
    for (TestAssertion assertion : result.getTestAssertions()) {
      if (assertion.getStatus() == TestAssertion.Status.FAILED) {
        String rule =
            assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
        times.merge(rule, 1, Integer::sum);
        messages.putIfAbsent(rule, assertion.getMessage());
      }
    }
    times.forEach((rule, count) -> answer("FAULT", index, rule, count, messages.get(rule)));
    String verdict = result.isCompliant() ? "PASS" : "FAIL";
    answer("VERDICT", index, verdict, result.getTotalAssertions());
  }

  private static void answer(Object... columns) {
    StringBuilder line = new StringBuilder();
    for (Object column : columns) {
      line.append(line.length() == 0 ? "" : "\t");
      line.append(String.valueOf(column).replaceAll("\\s+", " "));
    }
    System.out.println(line);
  }
}
