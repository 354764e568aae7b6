package dev.landfall.adapter.classification;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What is looked for: how sensitive it is, and what columns that hold it are often called. What it
 * looks like is told by its {@link Form forms}.
 */
enum DataKind {
  PAYMENT_CARD(
      "payment card number",
      DataClass.RESTRICTED,
      "(^|_)((card|cc|credit_card)_?(number|num|no)|pan)$"),
  CARD_CODE("card security code", DataClass.RESTRICTED, "(^|_)(cvv2?|cvc2?|card_security_code)$"),
  NATIONAL_ID(
      "national identity number",
      DataClass.RESTRICTED,
      "(^|_)(ssn|social_security(_?(number|no))?|national_id|passport(_?(number|no))?|tax_id|nino"
          + "|bsn|pesel|dni|nie|cpf|nir|steuer_?id|codice_fiscale|personnummer|ahv)$"),
  BANK_ACCOUNT(
      "bank account (IBAN)", DataClass.CONFIDENTIAL, "(^|_)(iban|bank_account(_?(number|no))?)$"),
  EMAIL("e-mail address", DataClass.CONFIDENTIAL, "(^|_)e?_?mail(_address)?$"),
  PHONE(
      "telephone number",
      DataClass.CONFIDENTIAL,
      "(^|_)((tele)?phone|mobile|fax|tel)(_?(number|no))?$"),
  PERSON_NAME(
      "name of a person",
      DataClass.CONFIDENTIAL,
      "(^|_)(((first|last|given|family|middle|maiden|full)_?name)|surname|forename)$"),
  BIRTH(
      "date of birth",
      DataClass.CONFIDENTIAL,
      "(^|_)(birth_?(day|date)|date_of_birth|dob|born(_on)?)$"),
  ADDRESS(
      "postal address",
      DataClass.CONFIDENTIAL,
      "(^|_)(street|postcode|postal_code|zip(_?code)?|(home|billing|shipping|postal)_address)$"),
  CREDENTIAL(
      "password or key",
      DataClass.RESTRICTED,
      "(^|_)(password|passwd|pwd|secret|api_?key|private_?key|secret_?(access_?)?key"
          + "|(access|refresh|auth)_?token)(_hash)?$"),
  SPECIAL(
      "special category (health, belief, origin)",
      DataClass.RESTRICTED,
      "(^|_)(religion|ethnicity|sexual_orientation|diagnosis|disability|blood_(type|group))$");

  private final String words;
  private final DataClass dataClass;
  private final Pattern name;

  DataKind(String words, DataClass dataClass, String name) {
    this.words = words;
    this.dataClass = dataClass;
    this.name = Pattern.compile(name);
  }

  /** For people. */
  String words() {
    return words;
  }

  DataClass dataClass() {
    return dataClass;
  }

  /** Whether a column is called as if it held this. */
  boolean named(String column) {
    String snake = column.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    return name.matcher(snake.replace('-', '_').replace(' ', '_')).find();
  }
}
